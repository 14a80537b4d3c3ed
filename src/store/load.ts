/**
 * Everything that the named logs hold, as one {@link AttemptTable} in memory: inputs found, read, parsed, rows
 * sorted. What cannot be read is a warning and the rest is read all the same; the caller decides what it means
 * when nothing was.
 */
import type { AttemptTable } from '../model/attempt.ts';
import { COUNTING_LIMITS } from '../model/counted.ts';
import { Trouble } from '../model/error.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { FastParser } from '../parse/fast/fast-parser.ts';
import { createLogParser, type LogParser, type ParseCounts, type ParseOptions } from '../parse/log-parser.ts';
import type { FieldNames } from '../parse/records/containers.ts';
import type { RecordForms } from '../parse/records/forms.ts';
import { Services } from '../parse/services.ts';
import { Archive, type ArchiveFormat } from '../read/archive/archive.ts';
import { Copies, type Reopen, withFirst, without } from '../read/copies.ts';
import type { ReadEffects } from '../read/effects.ts';
import { grouped } from '../read/groups.ts';
import { findInputs, type Input, type InputGroup } from '../read/inputs.ts';
import { readInto, readOpened } from '../read/lines.ts';
import { type Opened, openChunks, openText } from '../read/text.ts';
import { createFastParser } from './byte-machine.ts';
import { LinePlaces, type ReadText } from './line-places.ts';
import { LOOKED_AT, ProgramTally } from './programs.ts';
import { secondThread } from './second-thread.ts';
import {
  countedWarnings,
  cut,
  empty,
  type Loginless,
  leftOut,
  loginlessWarnings,
  readOnce,
  sameAs,
  type Warning,
} from './warnings.ts';

export type { Warning } from './warnings.ts';

export interface LoadOptions {
  /** IANA zone in which times without one are read, e.g. `UTC`. */
  readonly timezone: string;
  /** Year of the first line of each log that writes none; null: the latest that keeps its last line from the future. */
  readonly year: number | null;
  /** Attempts before this time are left out, seconds since 1970 UTC; null: none. */
  readonly since: number | null;
  /** Attempts from this time on are left out, seconds since 1970 UTC; null: none. */
  readonly until: number | null;
  /** What counts as the present, seconds since 1970 UTC. */
  readonly now: number;
  /** With each file, the rotated pieces of the same log beside it; left out: no. */
  readonly followRotations?: boolean;
  /** Fields of structured records by name; left out or null: well-known names. */
  readonly fields?: FieldNames | null;
  /** Services whose forms are known; left out: those that come with the program. */
  readonly services?: Services;
  /** Forms of structured records; left out: those that come with the program. */
  readonly recordForms?: RecordForms;
  /**
   * Of a log of more than a million attempts most failures of busy sources are counted and not kept (see counted.ts);
   * left out, or with `since` or `until`: all are kept.
   */
  readonly count?: boolean;
  /** Whether every line goes through the readable path, for comparing; left out: no. */
  readonly readableOnly?: boolean;
  /**
   * Threads that read: 1; or 2 from the first byte on, where they can be had; left out: a second one for logs that are
   * worth it. What is read does not depend on it.
   */
  readonly threads?: 1 | 2;
  /** Whether rows keep the line that told of them, which only the readable path knows; left out: no. */
  readonly lines?: boolean;
}

export interface LoadEffects extends ReadEffects {
  /** Called every mebibyte or so: bytes of input consumed, of how many (null: nobody knows). */
  onProgress(done: number, total: number | null): void;
}

export interface LoadedInput {
  /** What was read, in the order of reading; `-` is standard input, `journal` the journal. */
  readonly paths: readonly string[];
  /** Bytes of log text, after decompression. */
  readonly bytes: number;
  readonly lines: number;
  /** Lines of a login service that no rule understood. */
  readonly unreadLines: number;
  readonly unreadByReason: ParseCounts['unreadByReason'];
  readonly unreadSamples: ParseCounts['unreadSamples'];
  /** Lines of other services. */
  readonly otherLines: number;
}

export interface LoadedLog {
  readonly table: AttemptTable;
  readonly input: LoadedInput;
  readonly warnings: readonly Warning[];
  /** What was read, in order, to be read again; empty unless `lines` was asked for. */
  readonly texts: readonly ReadText[];
}

/**
 * Reads what `paths` name (nothing: this machine's own logs). Never throws for an input; where none could be read
 * the result has no paths and a warning for each.
 */
export async function loadAttempts(
  paths: readonly string[],
  options: LoadOptions,
  effects: LoadEffects,
): Promise<LoadedLog> {
  const found = findInputs(paths, effects, { followRotations: options.followRotations ?? false });
  const all = options.since !== null || options.until !== null;
  const builder = new AttemptTableBuilder({
    count: options.count === true && !all ? COUNTING_LIMITS : null,
    lines: options.lines === true,
  });
  const parseOptions: ParseOptions = {
    timezone: options.timezone,
    year: options.year,
    reference: options.now,
    fields: options.fields ?? null,
    ...(options.services === undefined ? {} : { services: options.services }),
    ...(options.recordForms === undefined ? {} : { recordForms: options.recordForms }),
    ...(options.lines === true ? { lines: true } : {}),
  };
  const tally = new ProgramTally();
  const fast =
    options.readableOnly === true || options.lines === true
      ? null
      : createFastParser(
          parseOptions,
          builder,
          { onText: (text) => tally.line(text), textLines: LOOKED_AT },
          secondThread(options.threads ?? null, found.bytes),
        );
  const parser = fast ?? createLogParser(parseOptions, builder);
  const isJournal = found.groups.some(({ inputs }) => inputs.some(({ kind }) => kind === 'journal'));
  const journalPrograms = isJournal ? (options.services ?? new Services()).programs() : [];
  const loader = new Loader(parser, tally, withJournal(effects, journalPrograms), found.bytes, [
    ...found.troubles,
  ]);
  try {
    for (const group of found.groups) await loader.group(group);
    await loader.archives();
  } finally {
    fast?.close();
  }
  const { warnings, paths: read, bytes } = loader;
  const counts = parser.finish();
  loader.lastWarnings(builder.length > 0);
  warnings.push(...countedWarnings(counts));
  const { since, until } = options;
  const table =
    since === null && until === null
      ? builder.finish()
      : builder.finish((time) => (since === null || time >= since) && (until === null || time < until));
  return {
    table,
    input: {
      paths: read,
      bytes,
      lines: counts.lines,
      unreadLines: counts.unreadLines,
      unreadByReason: counts.unreadByReason,
      unreadSamples: counts.unreadSamples,
      otherLines: counts.otherLines,
    },
    warnings,
    texts: options.lines === true ? loader.texts : [],
  };
}

/** `stdin` stays what it is: it is touched only when somebody reads it. */
function withJournal(effects: LoadEffects, journalPrograms: readonly string[]): LoadEffects {
  return Object.create(effects, {
    journalPrograms: { value: journalPrograms, enumerable: true },
  }) as LoadEffects;
}

/** An archive that was met among the inputs: read after them, its members being groups of their own. */
interface MetArchive {
  readonly input: Input;
  readonly archive: Archive;
}

/** Inputs, one by one, into the parser; what stands in the way becomes warnings. */
class Loader {
  readonly warnings: Warning[];
  readonly paths: string[] = [];
  bytes = 0;
  readonly texts: ReadText[] = [];
  /** Lines of the texts before. */
  #lines = 0;
  readonly #parser: LogParser | FastParser;
  readonly #effects: LoadEffects;
  readonly #total: number | null;
  readonly #tally: ProgramTally;
  readonly #copies = new Copies();
  readonly #same: string[] = [];
  readonly #notText: string[] = [];
  readonly #loginless: Loginless[] = [];
  readonly #archives: MetArchive[] = [];
  #done = 0;

  constructor(
    parser: LogParser | FastParser,
    tally: ProgramTally,
    effects: LoadEffects,
    total: number | null,
    warnings: Warning[],
  ) {
    this.#parser = parser;
    this.#tally = tally;
    this.#effects = effects;
    this.#total = total;
    this.warnings = warnings;
  }

  /** Reads the pieces of one log, oldest first. Archives among them are listed and read by {@link archives}. */
  async group({ name, inputs }: InputGroup): Promise<void> {
    for (const input of inputs) {
      const fromFolder = input.kind === 'file' && input.fromFolder;
      await this.#guarded(fromFolder, async () => {
        const opened = await openText(input, this.#effects, (count) => this.#progress(count));
        if (opened.kind === 'archive') await this.#list(input, opened.format, opened.chunks);
        else
          await this.#text(input.path, name, fromFolder, opened, async () => {
            if (input.kind !== 'file' || input.bytes === null) return null; // a pipe can be read once
            const again = await openText(input, this.#effects);
            return again.kind === 'text' ? again.chunks : null;
          });
      });
    }
    this.#parser.endGroup();
  }

  /** Reads the members of the archives that were met, grouped as files are. */
  async archives(): Promise<void> {
    for (const { input, archive } of this.#archives) {
      if (archive.trouble !== null) this.warnings.push(archive.trouble);
      const outer = input.path === '-' ? 'standard input' : input.path;
      if (archive.members.length === 0 && archive.trouble === null)
        this.warnings.push(
          new Trouble(
            'no-logs',
            `${outer}: the archive holds no log`,
            archive.otherFiles === 0
              ? 'It holds no file at all.'
              : 'Its files are no text: see what they are, and name the log.',
          ),
        );
      const groups = grouped(archive.members, (member) => member.name);
      const order = groups.flatMap(({ pieces }) => pieces.map(({ index }) => index));
      const contents = archive.contents(order);
      for (const { name, pieces } of groups) {
        for (const { name: inner, index } of pieces) {
          const path = `${input.path}:${inner}`;
          await this.#guarded(true, async () => {
            const content = await contents.next();
            if (content.done === true) return;
            const opened = await openChunks(path, content.value.chunks, this.#effects);
            if (opened.kind === 'archive')
              throw new Trouble(
                'not-a-log',
                `${path}: is an archive in an archive`,
                'Unpack the outer one and name the inner one.',
              );
            await this.#text(path, `${input.path}:${name}`, true, opened, async () => {
              const again = await archive.again(index);
              const text = again === null ? null : await openChunks(path, again, this.#effects);
              return text?.kind === 'text' ? text.chunks : null;
            });
          });
        }
        this.#parser.endGroup();
      }
      await contents.return(undefined);
    }
  }

  /** Warnings that can be told at the end only. */
  lastWarnings(hasAttempts: boolean): void {
    if (this.#same.length > 0) this.warnings.push(readOnce(this.#same));
    if (this.#notText.length > 0) this.warnings.push(leftOut(this.#notText));
    this.warnings.push(...loginlessWarnings(this.#loginless, hasAttempts));
  }

  /** Does it; the operator's trouble becomes a warning. */
  async #guarded(fromFolder: boolean, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.code === 'not-a-log' && fromFolder) this.#notText.push(error.message);
      else this.warnings.push(error);
    }
  }

  #progress(count: number): void {
    this.#done += count;
    this.#effects.onProgress(this.#done, this.#total);
  }

  async #list(input: Input, format: ArchiveFormat, chunks: AsyncIterable<Buffer>): Promise<void> {
    const again = async (): Promise<AsyncIterable<Buffer>> => {
      const opened = await openText(input, this.#effects);
      if (opened.kind !== 'archive')
        throw new Trouble(
          'not-readable',
          `${input.path}: was changed while it was read`,
          'Run the command again.',
        );
      return opened.chunks;
    };
    const canReopen = input.kind === 'file' && input.bytes !== null;
    const archive = await Archive.list(input.path, format, chunks, canReopen ? again : null);
    this.#archives.push({ input, archive });
  }

  /** Reads one text, without what another one that was read before began with, too. */
  async #text(
    path: string,
    group: string,
    fromFolder: boolean,
    opened: Extract<Opened, { kind: 'text' }>,
    reopen: Reopen,
  ): Promise<void> {
    const { first, all } = await withFirst(opened.chunks);
    const common = await this.#copies.tell(path, first, reopen);
    if (common !== null) this.#same.push(sameAs(path, common));
    if (common?.whole === true) return;
    this.paths.push(path);

    let lines = 0;
    const serviceLinesBefore = this.#parser.serviceLines;
    const parser = this.#parser;
    const bytes = common === null ? all : without(all, common.bytes);
    parser.beginFile({ name: path, group });
    this.#tally.beginFile();
    const skipped = common?.bytes ?? 0;
    const places = new LinePlaces(skipped);
    const result =
      parser instanceof FastParser
        ? await readInto(path, bytes, parser, common === null ? opened.file : null, (count) =>
            this.#progress(count),
          )
        : await readOpened(
            path,
            places.watched(bytes, () => lines),
            {
              onBegin: () => {},
              onLine: (text) => {
                lines++;
                this.#tally.line(text);
                parser.line(text);
              },
            },
          );
    if (parser instanceof FastParser) lines = parser.lines;
    else
      this.texts.push({
        path,
        before: this.#lines,
        lines,
        skipped,
        places: places.list,
        isPlain: opened.file !== null,
        reopen,
      });
    this.#lines += lines;
    this.bytes += result.bytes;
    if (result.trouble !== null) this.warnings.push(result.trouble);
    if (result.cutLines > 0) this.warnings.push(cut(path, result.cutLines));
    if (this.#parser.serviceLines === serviceLinesBefore && common === null)
      this.#loginless.push({
        warning: lines === 0 ? empty(path) : this.#tally.noLogins(path, lines),
        fromFolder,
      });
  }
}
