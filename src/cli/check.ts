/**
 * `slowbrute check`: what each line of a log was taken for, as JSON lines for a program or, with `--explain`, for a
 * person. Lines are counted through all of the input, and one object is printed for each. With `--unread`, only what
 * no form understood, grouped; with `--draft`, the beginning of a form for one line; with `--forms` and no path,
 * whether those files are as they must be.
 */
import { once } from 'node:events';
import { loadRecordForms, loadServices } from '../config/form-files.ts';
import { Trouble } from '../model/error.ts';
import { draftForms } from '../parse/draft.ts';
import { createLineReader } from '../parse/line.ts';
import { readFieldNames } from '../parse/records/field-names.ts';
import { findInputs } from '../read/inputs.ts';
import { readLines } from '../read/lines.ts';
import { explainLine } from './check-explain.ts';
import { UnreadLines } from './check-unread.ts';
import type { CommandEffects, Output } from './effects.ts';
import { checkZone } from './time-option.ts';
import { wantsColour, writeTrouble } from './write.ts';

export interface CheckOptions {
  /** Files, folders, patterns, `-`; none: standard input. */
  readonly paths: readonly string[];
  readonly explain: boolean;
  /** Only the lines of login services that no form understood, grouped. */
  readonly unread?: boolean;
  /** A line to draft a form for; nothing is read then. */
  readonly draft?: string | null;
  /** Files and folders of forms of the user's own. */
  readonly forms?: readonly string[];
  /** IANA zone of stamps that name none; null: UTC. */
  readonly timezone: string | null;
  /** Year of the first line where lines have none; null: each line is the latest one not in the future. */
  readonly year: number | null;
  /** Fields of structured records as the user named them; left out or null: well-known names. */
  readonly fields?: string | null;
}

/** Text is handed on in pieces of this size: a write for each of ten million lines would take minutes. */
const PIECE = 64 * 1024;
const NARROWEST = 40;
const WIDEST = 80;

/** Prints what the lines tell. Resolves with the exit status: 0 where something was read, 1 otherwise. */
export async function check(options: CheckOptions, effects: CommandEffects): Promise<number> {
  if (options.draft != null) return draft(options.draft, effects);
  const forms = options.forms ?? [];
  const services = loadServices(forms);
  const recordForms = loadRecordForms(forms);
  if (forms.length > 0 && options.paths.length === 0) {
    const own = [
      ...services.all.flatMap(({ isShipped, name, forms }) => (isShipped ? [] : [{ name, forms }])),
      ...recordForms.own.map(({ service, forms }) => ({ name: service, forms })),
    ];
    for (const service of own) {
      const samples = service.forms.reduce((sum, form) => sum + form.samples.length, 0);
      effects.stdout.write(
        `${service.name}: ${service.forms.length} form${service.forms.length === 1 ? '' : 's'}, which read ${samples === 1 ? 'their sample' : `their ${samples} samples`}\n`,
      );
    }
    return 0;
  }
  const unread = options.unread === true ? new UnreadLines() : null;
  const reader = createLineReader({
    services,
    recordForms,
    timezone: checkZone(options.timezone ?? 'UTC'),
    year: options.year,
    reference: Math.floor(effects.now()),
    fields: options.fields == null ? null : readFieldNames(options.fields),
  });
  const style = {
    colour: wantsColour(effects.stdout, effects.environment),
    width: Math.max(NARROWEST, Math.min(effects.stdout.columns ?? WIDEST, WIDEST)),
  };
  let line = 0;
  let waiting = '';
  const onLine = (text: string) => {
    line++;
    const reading = reader.read(text);
    if (unread !== null) {
      unread.add(line, text, reading);
      return;
    }
    waiting += options.explain
      ? explainLine(line, reading, style)
      : `${JSON.stringify({ line, event: reading.event })}\n`;
    if (waiting.length >= PIECE) {
      effects.stdout.write(waiting);
      waiting = '';
    }
  };

  const found = findInputs(options.paths.length === 0 ? ['-'] : options.paths, effects);
  for (const trouble of found.troubles) writeTrouble(effects.stderr, trouble);
  let read = 0;
  for (const input of found.groups.flatMap((group) => group.inputs)) {
    try {
      const { trouble } = await readLines(
        input,
        { onBegin: () => reader.beginFile(), onLine, onBytes: () => {} },
        effects,
      );
      read++;
      if (trouble !== null) writeTrouble(effects.stderr, trouble);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      writeTrouble(effects.stderr, error);
    }
  }
  if (unread !== null && read > 0) waiting = unread.report();
  if (waiting !== '') effects.stdout.write(waiting);
  await drained(effects.stdout);
  return read > 0 ? 0 : 1;
}

/** Prints a file of forms for `line`; what it does not get right goes to standard error. */
function draft(line: string, effects: CommandEffects): number {
  const { text, wrong, hasSource } = draftForms(line.replace(/[\r\n]+$/, ''));
  effects.stdout.write(text);
  if (wrong !== null)
    writeTrouble(effects.stderr, {
      message: `the draft does not read its own line: ${wrong}`,
      remedy: 'Mend the template; slowbrute check --forms FILE says whether it is right.',
    });
  else if (!hasSource)
    writeTrouble(effects.stderr, {
      message: 'no address was found in the line',
      remedy:
        "If another line of the same process tells it, draft that too, as tells = 'context', with join = 'process'.",
    });
  return wrong === null ? 0 : 1;
}

/** Resolves when a pipe has taken what was written, so that the process does not end before. */
async function drained(output: Output): Promise<void> {
  const stream = output as Partial<NodeJS.WriteStream>;
  if (stream.writableNeedDrain === true) await once(output as NodeJS.WriteStream, 'drain');
}
