/**
 * Lines of all inputs, and what their parsers make of them. Inputs come and go while it runs (a pattern names another file, the
 * configuration was read again), and none loses its place by that: one that goes is remembered as it was, for as long as the
 * daemon runs, and one that comes back goes on there; after a restart it goes on where the history says.
 */
import { Trouble } from '../model/error.ts';
import type { Told } from '../model/stream.ts';
import { type SavedVoices, Voices } from '../parse/stream/voices.ts';
import type { Batch, FollowNotice } from '../read/follow/follower.ts';
import { type MergedFollowers, mergeFollowers } from '../read/follow/merge.ts';
import type { InputStatus } from '../serve/status.ts';
import type { History } from '../store/history.ts';
import {
  expanded,
  type InputEffects,
  nameOf,
  type OpenInput,
  openInput,
  parserOf,
  statusOf,
} from './inputs.ts';
import type { InputOptions, WatchOptions } from './options.ts';
import { pendingFrom, positionState, type SavedInput } from './recovery.ts';

export type ReadingOptions = Pick<
  WatchOptions,
  'inputs' | 'stateFolder' | 'begin' | 'once' | 'timezone' | 'services' | 'recordForms'
>;

/** Names of inputs that a new configuration has brought, taken away, or told otherwise. */
export interface ChangedInputs {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What one batch was: lines of login services, and those of them that no form understands. */
export interface Taken {
  readonly serviceLines: number;
  readonly unreadLines: number;
}

export class Reading {
  #options: ReadingOptions;
  readonly #history: Pick<History, 'state'>;
  readonly #effects: InputEffects;
  readonly #voices: Voices;
  readonly #merged: MergedFollowers;
  readonly #open = new Map<string, OpenInput>();
  /** Inputs that are not read any more, as they were. */
  readonly #parked = new Map<string, SavedInput>();
  /** Inputs that went on in another file behind this line. */
  readonly #turned = new Map<string, number>();

  constructor(
    options: ReadingOptions,
    history: Pick<History, 'state'>,
    voices: SavedVoices | null,
    effects: InputEffects,
  ) {
    this.#options = options;
    this.#history = history;
    this.#effects = effects;
    this.#voices = new Voices(voices ?? undefined);
    this.#merged = mergeFollowers([], { isOpen: !options.once });
  }

  /** Opens every input, where a snapshot has it or the history; nothing is read before {@link batches}. */
  async open(saved: ReadonlyMap<string, SavedInput>): Promise<void> {
    for (const one of expanded(this.#options.inputs))
      await this.#openOne(one, saved.get(nameOf(one)) ?? null);
  }

  get names(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** To be taken one by one, each by {@link take}. Ends when all inputs have ended, or by {@link stop}. */
  batches(): AsyncIterable<Batch> {
    for (const { follower } of this.#open.values()) this.#merged.add(follower);
    return this.#merged.batches();
  }

  /** Parses the lines of a batch; what they told is in {@link drain}. null: its input is not read any more. */
  take(batch: Batch): Taken | null {
    const open = this.#open.get(batch.input);
    if (open === undefined) return null;
    const { parser } = open;
    const turned = this.#turned.get(batch.input);
    if (turned !== undefined && batch.firstLine > turned) {
      parser.beginFile();
      this.#turned.delete(batch.input);
    }
    const before = parser.counts();
    // what was taken before its input was opened anew, and is read again
    const again = Math.max(0, before.lines + 1 - batch.firstLine);
    if (before.lines + 1 < batch.firstLine) parser.numberFrom(batch.firstLine);
    for (const line of again === 0 ? batch.lines : batch.lines.slice(again)) parser.line(line, batch.written);
    this.#voices.take(parser.drain(), batch.arrived);
    open.position = batch.position;
    open.lines += batch.lines.length;
    const after = parser.counts();
    return {
      serviceLines: after.serviceLines - before.serviceLines,
      unreadLines: after.unreadLines - before.unreadLines,
    };
  }

  /** So many of the attempts that were told are new. */
  judged(input: string, attempts: number): void {
    const open = this.#open.get(input);
    if (open !== undefined) open.attempts += attempts;
  }

  /** Nothing has come up to `now`: what parsers held back is told. */
  tick(now: number): void {
    for (const { parser } of this.#open.values()) {
      parser.tick(now);
      this.#voices.take(parser.drain(), now);
    }
    this.#voices.tick(now);
  }

  /** What was told since the last call, in order. */
  drain(): readonly Told[] {
    return this.#voices.drain();
  }

  caughtUp(): boolean {
    return this.#merged.caughtUp();
  }

  /** All that is needed to go on from here. */
  save(): { readonly voices: SavedVoices; readonly inputs: readonly SavedInput[] } {
    const voices = this.#voices.save();
    return { voices, inputs: [...this.#open.values()].map((open) => savedOf(open, voices)) };
  }

  /** What is before these positions is in a snapshot, and never read again. */
  release(inputs: readonly SavedInput[]): void {
    for (const { input, position } of inputs)
      if (position !== null) this.#open.get(input)?.follower.release?.(position);
  }

  status(): readonly InputStatus[] {
    return [...this.#open.values()].map(statusOf);
  }

  /** The lines that follow are of another file. */
  notice(notice: FollowNotice): void {
    if (notice.kind === 'turned') this.#turned.set(notice.input, notice.line);
  }

  /** Follows files that a pattern has come to name. */
  async lookForFiles(): Promise<void> {
    for (const one of expanded(this.#options.inputs)) {
      if (this.#open.has(nameOf(one))) continue;
      const { follower } = await this.#openOne(one, null);
      this.#merged.add(follower);
    }
  }

  /**
   * Other inputs, another zone, other forms. One that stays as it is goes on without a pause; one that is told otherwise (a
   * receiver with other senders) is opened anew where it was. Throws `Trouble`, and changes nothing, where that cannot be.
   */
  async change(next: ReadingOptions): Promise<ChangedInputs> {
    const wanted = new Map(expanded(next.inputs).map((one) => [nameOf(one), one]));
    if (wanted.has('stdin') && !this.#open.has('stdin'))
      throw new Trouble(
        'bad-config',
        'standard input cannot be taken up while it runs',
        'Start slowbrute anew to follow it.',
      );
    const isOther = next.services !== this.#options.services;
    this.#options = next;
    const added: string[] = [];
    const removed: string[] = [];
    const changed: string[] = [];
    for (const open of [...this.#open.values()]) {
      const one = wanted.get(open.input);
      const isSame = one !== undefined && JSON.stringify(one) === JSON.stringify(open.options);
      if (isSame && !(isOther && one.kind === 'journal')) {
        // what it waits for goes over to a parser that knows the new forms
        open.parser = parserOf(one, next, open.parser.save());
        open.follower.reload?.();
        continue;
      }
      await this.#merged.remove(open.follower);
      this.#parked.set(open.input, savedOf(open, this.#voices.save()));
      this.#open.delete(open.input);
      (one === undefined ? removed : changed).push(open.input);
    }
    for (const [input, one] of wanted) {
      if (this.#open.has(input)) continue;
      this.#merged.add((await this.#openOne(one, null)).follower);
      if (!changed.includes(input)) added.push(input);
    }
    return { added, removed, changed };
  }

  async stop(): Promise<void> {
    await this.#merged.stop();
  }

  async #openOne(one: InputOptions, saved: SavedInput | null): Promise<OpenInput> {
    const input = nameOf(one);
    const parked = this.#parked.get(input);
    const stored = parked?.position ?? (await this.#history.state(positionState(input)));
    const open = await openInput(one, this.#options, parked ?? saved, stored, this.#effects);
    this.#parked.delete(input);
    this.#open.set(input, open);
    return open;
  }
}

function savedOf({ input, parser, position }: OpenInput, voices: SavedVoices): SavedInput {
  const saved = parser.save();
  return { input, position, parser: saved, pendingFrom: pendingFrom(saved, voices, input) };
}
