// Whether two objects have the same state in every field, the private ones included. `#fields` are hidden from the
// language; the inspector of the engine shows them.
import { createHash } from 'node:crypto';
import inspector from 'node:inspector';

interface Remote {
  readonly type: string;
  readonly subtype?: string;
  readonly className?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly objectId?: string;
  readonly description?: string;
}

interface Property {
  readonly name: string;
  readonly value?: Remote;
  readonly get?: Remote;
  readonly isOwn?: boolean;
}

interface Shown {
  readonly result: readonly Property[];
  readonly privateProperties?: readonly Property[];
  readonly internalProperties?: readonly Property[];
}

/** A difference, by the way that leads to it: `#watch.memory.#order: 4 and 5`. */
export type Difference = string;

/**
 * First difference of two graphs of objects, null where there is none. Numbers are equal to the last bit, maps and sets in
 * the order of their entries, and what is one object here must be one object there. `skip`: names of fields that hold no
 * state; `shown`: what stands for an object whose fields are not its state.
 */
export function differenceOf(
  a: object,
  b: object,
  skip: ReadonlySet<string>,
  shown: (object: object) => object = (object) => object,
): Difference | null {
  const session = new inspector.Session();
  session.connect();
  try {
    return new Comparison(session, skip, shown).compare(a, b);
  } finally {
    session.disconnect();
  }
}

class Comparison {
  readonly #session: inspector.Session;
  readonly #skip: ReadonlySet<string>;
  readonly #shown: (object: object) => object;
  /** What each object here is over there, and the other way round. */
  readonly #there = new Map<object, object>();
  readonly #here = new Map<object, object>();

  constructor(session: inspector.Session, skip: ReadonlySet<string>, shown: (object: object) => object) {
    this.#session = session;
    this.#skip = skip;
    this.#shown = shown;
  }

  compare(a: object, b: object): Difference | null {
    const work: [unknown, unknown, string][] = [[a, b, '']];
    for (let pair = work.pop(); pair !== undefined; pair = work.pop()) {
      const [one, other, path] = pair;
      if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) {
        if (typeof one === 'function' && typeof other === 'function') continue;
        if (!Object.is(one, other)) return `${path}: ${text(one)} and ${text(other)}`;
        continue;
      }
      if (this.#there.get(one) === other && this.#here.get(other) === one) continue;
      if (this.#there.has(one) || this.#here.has(other)) {
        // an empty list may be one for all, and is nobody's
        if (Array.isArray(one) && one.length === 0 && Array.isArray(other) && other.length === 0) continue;
        return `${path}: one object here is two there`;
      }
      this.#there.set(one, other);
      this.#here.set(other, one);
      const [left, right] = [this.#partsOf(this.#shown(one)), this.#partsOf(this.#shown(other))];
      if (left.kind !== right.kind) return `${path}: ${left.kind} and ${right.kind}`;
      if (left.parts.length !== right.parts.length)
        return `${path}: ${left.parts.length} parts and ${right.parts.length}`;
      for (let i = left.parts.length - 1; i >= 0; i--) {
        const [key, value] = left.parts[i]!;
        const [otherKey, otherValue] = right.parts[i]!;
        if (key !== otherKey) return `${path}: ${key} and ${otherKey}`;
        work.push([value, otherValue, `${path}.${key}`]);
      }
    }
    return null;
  }

  #partsOf(object: object): { kind: string; parts: [string, unknown][] } {
    const kind = object.constructor.name;
    if (ArrayBuffer.isView(object)) return { kind, parts: [['bytes', bytesOf(object)]] };
    if (Array.isArray(object)) return { kind, parts: object.map((value, i) => [String(i), value]) };
    if (object instanceof Map) {
      const parts = [...object].flatMap(([key, value], i): [string, unknown][] => [
        [`key ${i}`, key],
        [`value ${i}`, value],
      ]);
      return { kind, parts };
    }
    if (object instanceof Set) return { kind, parts: [...object].map((value, i) => [`${i}`, value]) };
    const parts = Object.entries(object).filter(([name]) => !this.#skip.has(name));
    if (kind !== 'Object') parts.push(...this.#privateOf(object));
    return { kind, parts: parts.sort(([x], [y]) => (x < y ? -1 : 1)) };
  }

  /** Values of the `#fields`, fetched from the inspector by way of a global that exists only meanwhile. */
  #privateOf(object: object): [string, unknown][] {
    const found: [string, unknown][] = [];
    const slot = globalThis as { deepStateSlot?: unknown };
    slot.deepStateSlot = object;
    const at = this.#post<{ result: Remote }>('Runtime.evaluate', { expression: 'globalThis.deepStateSlot' });
    const { privateProperties = [] } = this.#post<Shown>('Runtime.getProperties', {
      objectId: at.result.objectId!,
      ownProperties: true,
    });
    for (const { name, value } of privateProperties) {
      if (value === undefined || this.#skip.has(name)) continue;
      found.push([name, this.#valueOf(value)]);
    }
    delete slot.deepStateSlot;
    return found;
  }

  #valueOf(remote: Remote): unknown {
    if (remote.objectId === undefined) {
      if (remote.unserializableValue !== undefined)
        return remote.unserializableValue === '-0' ? -0 : Number(remote.unserializableValue);
      return remote.subtype === 'null' ? null : remote.value;
    }
    this.#post('Runtime.callFunctionOn', {
      objectId: remote.objectId,
      functionDeclaration: 'function () { globalThis.deepStateSlot = this; }',
    });
    const value = (globalThis as { deepStateSlot?: unknown }).deepStateSlot;
    this.#post('Runtime.releaseObject', { objectId: remote.objectId });
    return value;
  }

  #post<T>(method: string, parameters: object): T {
    let answer: T | null = null;
    this.#session.post(method, parameters, (error, result) => {
      if (error !== null) throw new Error(`${method}: ${error.message}`);
      answer = result as T;
    });
    // a session on one's own thread answers before post returns
    return answer!;
  }
}

function bytesOf(view: ArrayBufferView): string {
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return bytes.length <= 64 ? bytes.toString('hex') : createHash('sha256').update(bytes).digest('hex');
}

function text(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : String(value);
}
