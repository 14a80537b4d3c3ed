/**
 * What the file of a service says: which programs it is of, how its lines belong together, and its forms. Those
 * shipped are kept as data (forms/shipped.ts, made from forms/*.toml by scripts/forms.mjs), so that no file is read
 * where nothing else is wanted; service-file.ts reads the others.
 */
import { Trouble } from '../model/error.ts';
import type { Form, Sample, Tells } from './form.ts';

/**
 * Which lines of a service are of one session and tell of the same attempts.
 *
 * - `none`: each line stands for itself.
 * - `process`: those of one process number; where there is none, those of one source and port.
 * - `endpoint`: those of one source and port.
 * - `session`: those whose `<session>` is the same.
 * - `connection`: sshd's own rules, see connections.ts; no other service may have them.
 */
export const JOINS = ['none', 'process', 'endpoint', 'session', 'connection'] as const;
export type Join = (typeof JOINS)[number];

/** A sample as a file writes it. */
export interface SampleText {
  readonly message?: string | undefined;
  readonly line?: string | undefined;
  readonly user?: string | undefined;
  readonly source?: string | undefined;
  readonly port?: number | undefined;
  readonly method?: string | undefined;
  readonly count?: number | undefined;
  readonly known?: boolean | 'not told' | undefined;
}

/** A form as a file writes it. */
export interface FormText {
  readonly id: string;
  readonly template: string;
  readonly rival?: string | undefined;
  readonly tells: Tells;
  readonly known?: boolean | 'told' | undefined;
  readonly method?: string | undefined;
  readonly user?: string | undefined;
  readonly since: string;
  readonly means: string;
  readonly samples: readonly SampleText[];
}

/** A file as it is written; `parts` are put in where `<=name>` stands. */
export interface ServiceText {
  readonly service: string;
  readonly means: string;
  readonly programs: readonly string[];
  readonly join: Join;
  readonly prefixes?: readonly string[] | undefined;
  readonly suffixes?: readonly string[] | undefined;
  readonly about?: readonly string[] | undefined;
  readonly own?: readonly string[] | undefined;
  readonly parts?: Readonly<Record<string, string>> | undefined;
  readonly form: readonly FormText[];
}

/** What a file says, checked. */
export interface ServiceForms {
  readonly service: string;
  /** One sentence: what the service is. */
  readonly means: string;
  /** Names of its programs or units, `*` for any text; empty: found by its own log's lines only. */
  readonly programs: readonly string[];
  readonly join: Join;
  /** What may stand before a message and says nothing of an attempt; tried in this order, each once. */
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /**
   * Words of which a message that no form knows must contain one to count as unread; null: every one counts. A mail
   * server writes many lines that are of no login.
   */
  readonly about: readonly string[] | null;
  /** What stands between stamp and message in the log that the program writes itself, as templates with `<message>`. */
  readonly own: readonly string[];
  readonly forms: readonly Form[];
}

/** What a checked file says. Throws {@link Trouble} for a part that is not there and for ids that are not its own. */
export function serviceForms(text: ServiceText, path: string): ServiceForms {
  const withParts = (template: string, id: string): string =>
    template.replace(/<=([^<>]*)>/g, (_, part: string) => {
      const value = text.parts?.[part];
      if (value === undefined)
        throw badForms(`${path}: form ${id}: there is no part ${part}`, 'Give it under [parts].');
      return value;
    });
  const ids = new Set<string>();
  return {
    service: text.service,
    means: text.means,
    programs: text.programs,
    join: text.join,
    prefixes: text.prefixes ?? [],
    suffixes: text.suffixes ?? [],
    about: text.about ?? null,
    own: text.own ?? [],
    forms: text.form.map((one): Form => {
      if (!one.id.startsWith(`${text.service}.`))
        throw badForms(
          `${path}: form ${one.id}: an id begins with its service`,
          `Call it ${text.service}.${one.id.slice(one.id.indexOf('.') + 1)}.`,
        );
      if (ids.has(one.id)) throw badForms(`${path}: form ${one.id}: is there twice`, 'Call one otherwise.');
      ids.add(one.id);
      const { rival, known, method, user } = one;
      return {
        id: one.id,
        template: withParts(one.template, one.id),
        ...(rival === undefined ? {} : { rival: withParts(rival, one.id) }),
        tells: one.tells,
        known: known ?? null,
        ...(method === undefined ? {} : { method }),
        ...(user === undefined ? {} : { user }),
        since: one.since,
        means: one.means,
        samples: one.samples.map(sampleOf),
      };
    }),
  };
}

function sampleOf(text: SampleText): Sample {
  const { message = '', line, known, ...rest } = text;
  const told = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    message,
    ...(line === undefined ? {} : { line }),
    ...told,
    ...(known === undefined ? {} : { known: known === 'not told' ? null : known }),
  };
}

/** The trouble with a file of forms. */
export function badForms(message: string, remedy: string): Trouble {
  return new Trouble('bad-forms', message, remedy);
}
