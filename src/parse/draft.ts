/**
 * A first draft of a form for a line that nobody reads: a file of forms as TOML, with what looks like address, port,
 * user and process number made into fields and the line as the sample. A draft is a guess by the line's words; the
 * person who knows the program says whether it is right, and the check at loading whether the form reads its sample.
 */
import { Envelope } from './envelope.ts';
import type { Tells } from './form.ts';
import { wrongSamples } from './samples.ts';
import type { ServiceForms } from './service-forms.ts';
import { Services } from './services.ts';
import { NO_STAMP } from './stamp.ts';

export interface Draft {
  /** The file. */
  readonly text: string;
  /** What the form does not get right about its own line; null where it reads it. */
  readonly wrong: string | null;
  /** Whether the line says where it came from. */
  readonly hasSource: boolean;
}

const ADDRESS =
  /(?<![\w.:])(?:(?:::ffff:)?(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)|(?:[0-9A-Fa-f]{1,4}:|::)[0-9A-Fa-f:.]{2,60})/;
/** Words that a name follows, the most telling first. */
const NAME_BEHIND = [
  /\b(?:user(?:name)?|login|account|uid|acct)\s*[=:]\s*(?:<([^<>]*)>|"([^"]*)"|'([^']*)'|([^\s,;()[\]]+))/i,
  /\b(?:for user|for|user|account|login as|login)\s+(?:<([^<>]*)>|"([^"]*)"|'([^']*)'|\[([^[\]]*)\]|([^\s,;:()[\]]+))/i,
];
const REFUSED =
  /fail|invalid|denied|incorrect|wrong|bad|refus|reject|unknown|illegal|mismatch|not allowed|error/i;
const LET_IN = /accept|success|logged in|authenticated|succeeded|granted|opened/i;

/** A draft for `line`, one line without its newline. */
export function draftForms(line: string): Draft {
  const envelope = new Envelope();
  envelope.read(line);
  const program =
    envelope.program ?? envelope.text.slice(envelope.programStart, envelope.programEnd).replace(/^.*\//, '');
  const isOwnLog = program === '';
  const start = isOwnLog && envelope.stamp.kind !== NO_STAMP ? envelope.stampEnd : envelope.messageStart;
  const message = envelope.message ?? line.slice(start);
  const name = nameOf(program);
  const { template, fields } = templateOf(message.trimStart());
  const tells: Tells = LET_IN.test(message) && !REFUSED.test(message) ? 'success' : 'failure';
  const own = isOwnLog && envelope.stamp.kind !== NO_STAMP ? ['{ }<message>'] : [];
  const sample = { ...(isOwnLog ? { line } : { message: message.trimStart() }), ...fields };
  const forms: ServiceForms = {
    service: name,
    means: 'What this service is.',
    programs: isOwnLog ? [] : [program],
    join: 'none',
    prefixes: [],
    suffixes: [],
    about: null,
    own,
    forms: [
      {
        id: `${name}.${tells === 'success' ? 'login' : 'failed'}`,
        template,
        tells,
        known: tells === 'success' ? true : null,
        method: 'password',
        since: 'seen in a log',
        means:
          tells === 'success' ? 'This user logged in.' : 'This user was tried, and the password was refused.',
        samples: [{ message: '', ...sample }],
      },
    ],
  };
  return { text: tomlOf(forms, sample), wrong: wrongnessOf(forms), hasSource: 'source' in fields };
}

function wrongnessOf(forms: ServiceForms): string | null {
  const services = new Services([forms]);
  const [wrong] = wrongSamples(services, services.all.at(-1)!);
  return wrong === undefined ? null : wrong.what;
}

/** A service's name from a program's; what no name can be made of is `my-service`. */
function nameOf(program: string): string {
  const name = program
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 24);
  return /^[a-z0-9]/.test(name) ? (name === 'sshd' || name === 'pam' ? `my-${name}` : name) : 'my-service';
}

interface Field {
  readonly start: number;
  readonly end: number;
  readonly field: string;
}

/** The message with its fields, literal text escaped, and what the sample must say. */
function templateOf(message: string): {
  readonly template: string;
  readonly fields: { readonly user?: string; readonly source?: string; readonly port?: number };
} {
  const found: Field[] = [];
  const told: { user?: string; source?: string; port?: number } = {};
  const address = ADDRESS.exec(message);
  if (address !== null) {
    const text = address[0];
    const start = address.index;
    let end = start + text.length;
    const bare = text.replace(/[:.]+$/, '');
    end -= text.length - bare.length;
    found.push({ start, end, field: '<ip>' });
    told.source = bare.startsWith('::ffff:') ? bare.slice(7) : bare.toLowerCase();
    const port = /^(?:\]?:|,? ?port[= ])(\d{1,5})\b/.exec(message.slice(end));
    if (port !== null) {
      const at = end + port[0].length - port[1]!.length;
      found.push({ start: at, end: at + port[1]!.length, field: '<port>' });
      told.port = Number(port[1]);
    }
  }
  for (const pattern of NAME_BEHIND) {
    const match = pattern.exec(message);
    const user = match?.slice(1).find((group) => group !== undefined);
    if (match === null || user === undefined) continue;
    const start = match.index + match[0].lastIndexOf(user);
    if (found.some((one) => start < one.end && start + user.length > one.start)) continue;
    found.push({ start, end: start + user.length, field: '<user>' });
    told.user = user;
    break;
  }
  found.sort((a, b) => a.start - b.start);
  let template = '';
  let at = 0;
  for (const { start, end, field } of found) {
    template += literal(message.slice(at, start)) + field;
    at = end;
  }
  return { template: template + literal(message.slice(at)), fields: told };
}

/** Literal text of a template: numbers that are surely other in the next line become fields. */
function literal(text: string): string {
  return text.replace(/[<>[\]{}|\\]/g, '\\$&').replace(/(?<![\w.])\d{3,}(?![\w.])/g, '<number>');
}

function tomlOf(forms: ServiceForms, sample: Readonly<Record<string, string | number>>): string {
  const [form] = forms.forms;
  const list = (texts: readonly string[]) => `[${texts.map(quoted).join(', ')}]`;
  const fields = Object.entries(sample).map(
    ([key, value]) => `${key} = ${typeof value === 'number' ? value : quoted(value)}`,
  );
  return [
    '# A draft: see that it says what the line means, and give it lines of the other kinds that the program writes.',
    '# docs/formats.md tells the fields. Replace addresses and names of real people in the samples.',
    `service = ${quoted(forms.service)}`,
    `means = ${quoted(forms.means)}`,
    `programs = ${list(forms.programs)}`,
    `join = ${quoted(forms.join)}`,
    ...(forms.own.length > 0 ? [`own = ${list(forms.own)}`] : []),
    '',
    '[[form]]',
    `id = ${quoted(form!.id)}`,
    `template = ${quoted(form!.template)}`,
    `tells = ${quoted(form!.tells)}`,
    ...(form!.known === true ? ['known = true'] : []),
    `method = ${quoted(form!.method ?? 'password')}`,
    `since = ${quoted(form!.since)}`,
    `means = ${quoted(form!.means)}`,
    `samples = [\n  { ${fields.join(', ')} },\n]`,
    '',
  ].join('\n');
}

/** A TOML string. */
function quoted(text: string): string {
  return /['\u0000-\u001f\u007f]/.test(text)
    ? JSON.stringify(text).replaceAll('\u007f', '\\u007f')
    : `'${text}'`;
}
