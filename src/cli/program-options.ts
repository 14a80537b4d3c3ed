/** Options that several commands have, and what may stand behind them. */
import { type Command, InvalidArgumentError, type OptionValues } from '@commander-js/extra-typings';

export const USUAL_CONFIGURATION = '/etc/slowbrute/slowbrute.toml';

/** Options that say which daemon is meant. */
export function withPlaces<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command
    .option('--config <file>', `configuration (default: ${USUAL_CONFIGURATION})`)
    .option('--state <folder>', 'where it keeps its history')
    .option('--socket <path>', 'the Unix socket on which it answers');
}

export function placesIn(options: {
  config?: string | undefined;
  state?: string | undefined;
  socket?: string | undefined;
}) {
  return { config: options.config ?? null, state: options.state ?? null, socket: options.socket ?? null };
}

/** What {@link withLogs} adds to a command's options. */
interface LogOptions {
  fields?: string | undefined;
  forms?: string[] | undefined;
  since?: string | undefined;
  until?: string | undefined;
  year?: number | undefined;
  timezone?: string | undefined;
}

/** Options that say how logs are read. `zone`: what holds for times that name none. */
export function withLogs<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
  zone = '(default: UTC)',
): Command<A, O & LogOptions> {
  return command
    .option('--fields <names>', 'fields of JSON and CSV: time=ts,message=msg,..')
    .option('--forms <path>', FORMS_OPTION, several)
    .option('--since <time>', 'from this date, time or span back from now (14d)')
    .option('--until <time>', 'up to this date, time or span back from now')
    .option('--year <year>', 'year of the first line, where lines have none', yearOf)
    .option('--timezone <zone>', `zone of times that name none ${zone}`) as unknown as Command<
    A,
    O & LogOptions
  >;
}

/** What of {@link withLogs} and `--follow-rotations` was said; null: nothing. */
export function logsIn(options: LogOptions & { followRotations?: boolean | undefined }) {
  return {
    followRotations: options.followRotations ?? false,
    fields: options.fields ?? null,
    forms: options.forms ?? [],
    since: options.since ?? null,
    until: options.until ?? null,
    year: options.year ?? null,
    timezone: options.timezone ?? null,
  };
}

/** A word that is one of these; which they are stands on the function, for the reference (reference.ts). */
export function oneOf<T extends string>(words: readonly T[]) {
  const parse = (text: string): T => {
    const word = words.find((one) => one === text);
    if (word === undefined) throw new InvalidArgumentError(`It is one of ${words.join(', ')}.`);
    return word;
  };
  return Object.assign(parse, { words });
}

export const FORMS_OPTION = 'forms of your own, a file or a folder (repeatable)';

/** An option that may be given more than once. */
export function several(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

export function rateOf(text: string): number {
  if (!/^\d{1,3}(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('It is a number such as 0.5.');
  return Number(text);
}

export function yearOf(text: string): number {
  const year = Number(text);
  if (!/^\d{4}$/.test(text) || year < 1970) throw new InvalidArgumentError('It has four digits, as 2008.');
  return year;
}

export function widthOf(text: string): number {
  const width = Number(text);
  if (!/^\d{1,4}$/.test(text) || width < 40) throw new InvalidArgumentError('It is a number from 40 up.');
  return width;
}
