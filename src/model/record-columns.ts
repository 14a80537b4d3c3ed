/**
 * Records of one form as columns, for what is saved by the ten thousand: v8.serialize writes the name of each field of each object
 * again, and what it reads back is a heap of objects. 30,000 connections are 15 MB and half a second as objects, 3 MB and a tenth of that
 * as columns. Nothing changes by it: what comes back is deeply equal, numbers to the bit.
 */
import { type Column, ColumnBuilder } from './columns.ts';

/** Plain data. */
export interface RecordColumns {
  readonly kind: 'record-columns';
  readonly length: number;
  readonly fields: Readonly<Record<string, FieldColumn>>;
  /** Texts of all fields, each once. */
  readonly texts: readonly string[];
}

interface FieldColumn {
  /** What each value is; one number where all are the same. */
  readonly is: Uint8Array | number;
  /** Numbers; of a text its index into `texts`, of other data into `others`. */
  readonly values: Column;
  readonly others: readonly unknown[];
}

const NUMBER = 0;
const TEXT = 1;
const NULL = 2;
const TRUE = 3;
const FALSE = 4;
const OTHER = 5;

/** How each field of a record is found. */
export type Fields<Item> = Readonly<Record<string, (item: Item) => unknown>>;

/**
 * `fields`: what becomes of each item. A value that is no number, text, boolean or null goes in as it is: a list that will change is to be
 * copied by its field.
 */
export function recordColumns<Item>(items: readonly Item[], fields: Fields<Item>): RecordColumns {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  const textNumber = (text: string): number => {
    let number = numbers.get(text);
    if (number === undefined) {
      number = texts.push(text) - 1;
      numbers.set(text, number);
    }
    return number;
  };
  const columns = Object.entries(fields).map(([name, of]): [string, FieldColumn] => [
    name,
    fieldColumn(items, of, textNumber),
  ]);
  return { kind: 'record-columns', length: items.length, fields: Object.fromEntries(columns), texts };
}

/** The fields of plain records that all have the same. */
export function ownFields<Item extends object>(items: readonly Item[]): Fields<Item> {
  const names = Object.keys(items[0] ?? {}) as (keyof Item & string)[];
  return Object.fromEntries(names.map((name) => [name, (item: Item) => item[name]]));
}

function fieldColumn<Item>(
  items: readonly Item[],
  of: (item: Item) => unknown,
  textNumber: (text: string) => number,
): FieldColumn {
  const is = new Uint8Array(items.length);
  const values = new ColumnBuilder(items.length);
  const others: unknown[] = [];
  let isUniform = true;
  for (let i = 0; i < items.length; i++) {
    const value = of(items[i]!);
    if (typeof value === 'number') values.add(value);
    else if (typeof value === 'string') {
      is[i] = TEXT;
      values.add(textNumber(value));
    } else if (value === null || typeof value === 'boolean') {
      is[i] = value === null ? NULL : value ? TRUE : FALSE;
      values.add(0);
    } else {
      is[i] = OTHER;
      values.add(others.push(value) - 1);
    }
    if (is[i] !== is[0]) isUniform = false;
  }
  return { is: isUniform ? (is[0] ?? NULL) : is, values: values.column(), others };
}

/** Reads single values, so that who takes them up makes objects of a form of its own. */
export function recordReader({ fields, texts }: RecordColumns): (name: string, i: number) => unknown {
  return (name, i) => {
    const { is, values, others } = fields[name]!;
    switch (typeof is === 'number' ? is : is[i]) {
      case NUMBER:
        return values[i];
      case TEXT:
        return texts[values[i]!];
      case NULL:
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      default:
        return others[values[i]!];
    }
  };
}

/** All records again, each with all fields. */
export function recordsOf(columns: RecordColumns): Readonly<Record<string, unknown>>[] {
  const value = recordReader(columns);
  const names = Object.keys(columns.fields);
  return Array.from({ length: columns.length }, (_, i) =>
    Object.fromEntries(names.map((name) => [name, value(name, i)])),
  );
}

/** The least number that a field has; Infinity without any. Other values of it do not count. */
export function leastOf({ fields, length }: RecordColumns, name: string): number {
  const field = fields[name];
  let least = Number.POSITIVE_INFINITY;
  if (field === undefined) return least;
  for (let i = 0; i < length; i++)
    if ((typeof field.is === 'number' ? field.is : field.is[i]) === NUMBER)
      least = Math.min(least, field.values[i]!);
  return least;
}
