/**
 * `--fields`: which fields of a record hold what, as the user names them: `time=@timestamp,message=msg,host=agent.name`.
 * A path has dots (`host.name`), alternatives have `|` between (`msg|message`), a column of CSV is its name, and a second
 * `=` makes a text that is the same in every record (`service==webmail`).
 */
import { Trouble } from '../../model/error.ts';
import type { FieldNames } from './containers.ts';

const NAMES = [
  'time',
  'message',
  'host',
  'program',
  'pid',
  'source',
  'port',
  'user',
  'outcome',
  'service',
  'method',
  'known',
] as const satisfies readonly (keyof FieldNames)[];

/** What the option says. Throws {@link Trouble} where it says nothing that could be meant. */
export function readFieldNames(text: string): FieldNames {
  const names: { -readonly [K in keyof FieldNames]: string } = {};
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(0, equals)).trim();
    const where = part.slice(equals + 1).trim();
    const known = NAMES.find((one) => one === name);
    if (known === undefined || where === '')
      throw trouble(
        equals < 0
          ? `'${part}' has no '='`
          : where === ''
            ? `'${name}' is of no field`
            : `there is no '${name}'`,
        `Name some of ${NAMES.join(', ')}: --fields time=@timestamp,message=msg`,
      );
    if (names[known] !== undefined) throw trouble(`'${name}' is there twice`, 'Write alternatives as a|b.');
    names[known] = where;
  }
  if ((names.source === undefined) !== (names.outcome === undefined))
    throw trouble(
      `'${names.source === undefined ? 'outcome' : 'source'}' comes with '${names.source === undefined ? 'source' : 'outcome'}' only`,
      'A record tells of an attempt by both: --fields source=client,user=account,outcome=result',
    );
  return names;
}

function trouble(what: string, remedy: string): Trouble {
  return new Trouble('wrong-call', `--fields: ${what}`, remedy);
}
