/**
 * Batches into the spool, each once. A batch that is on its way to the disk and comes again (its sender has given up waiting) waits for
 * the same disk; one that was taken is acknowledged and not taken again. Nothing is acknowledged before it would survive a loss of power.
 */
import { createHash } from 'node:crypto';
import type { Spool } from '../read/follow/spool.ts';
import { lineOf } from '../read/follow/syslog-line.ts';
import { readWire } from './attempt-wire.ts';
import { Batches } from './batches.ts';
import { attemptLine, batchBytes, logLine } from './spool-line.ts';

export type Intake =
  /** `lines` are on disk now; `repeated`: they were before. */
  | { readonly kind: 'safe'; readonly lines: number; readonly repeated: boolean }
  /** Another batch had this name. */
  | { readonly kind: 'differs' }
  /** Of a stream whose numbers up to `last` are here: the sender has left some out. */
  | { readonly kind: 'gap'; readonly last: number }
  | { readonly kind: 'broken'; readonly line: number }
  /** No room, or the disk takes nothing. */
  | { readonly kind: 'full' }
  | { readonly kind: 'stopped' };

/** Who sends: the sensor of the token; `address`: of the connection. */
export interface Sender {
  readonly sensor: string;
  readonly address: string;
}

/** Seconds that a sender waits for the disk; then it is told to come again, and finds its batch safe or still on its way. */
const PATIENCE_SECONDS = 20;

/** A message of a syslogd, with its priority: what such lines lack (time, host) is filled in. */
const PRIORITY = 60;

export class IntakeDesk {
  readonly #spool: Spool;
  readonly #batches: Batches;
  readonly #now: () => number;
  /** Of each sensor's batch on its way: when it is safe. */
  readonly #underWay = new Map<string, Promise<boolean>>();
  /** The last number of each stream on its way. */
  readonly #streams = new Map<string, number>();

  /** Reads what was taken before. Throws what the system says where the spool cannot be read. */
  constructor(spool: Spool, now: () => number) {
    this.#spool = spool;
    this.#batches = new Batches(spool.folder);
    this.#now = now;
  }

  /** Keeps the names of batches whose segments go now. Throws what the system says. */
  save(): void {
    this.#batches.save();
  }

  lastOf(sensor: string, stream: string): number {
    return this.#batches.lastOf(sensor, stream);
  }

  /** Lines of a log. `name`: as the sender calls the batch; null: it is known by its bytes. */
  async lines(sender: Sender, name: string | null, lines: readonly Buffer[]): Promise<Intake> {
    if (lines.length === 0) return { kind: 'safe', lines: 0, repeated: false };
    const hash = createHash('sha256');
    for (const line of lines) hash.update(line).update('\n');
    const check = hash.digest('base64url').slice(0, 22);
    const id = name === null ? `body:${check}` : `key:${name}`;
    const { sensor, address } = sender;
    const key = `${sensor} ${id} ${check}`;
    const now = this.#now();
    const seen = this.#batches.look(sensor, id, check, now);
    if (seen === 'differs') return { kind: 'differs' };
    if (seen === 'taken') {
      const safe = this.#underWay.get(key) ?? Promise.resolve(true);
      return outcome(await patiently(safe), lines.length, true);
    }
    const kept = lines.map((line) => {
      const whole =
        line[0] === PRIORITY ? lineOf(line, sensor === '*' ? address : sensor, 'header', now) : line;
      return logLine(sensor, whole);
    });
    const mark = { time: now, sensor, id, check };
    if (this.#spool.isFailing || !this.#spool.append(batchBytes(mark, kept))) return { kind: 'full' };
    this.#batches.take(mark);
    return this.#settle(key, lines.length);
  }

  /**
   * Attempts of a stream, and more of earlier ones. What is here by its number is passed over. `mayLack`: numbers between what is here
   * and the first of these do not exist any more.
   */
  async attempts(
    sender: Sender,
    stream: string,
    lines: readonly Buffer[],
    mayLack: boolean,
  ): Promise<Intake> {
    const { sensor } = sender;
    const key = `${sensor} ${stream}`;
    const known = Math.max(this.#batches.lastOf(sensor, stream), this.#streams.get(key) ?? 0);
    let last = known;
    let isFirst = true;
    const kept: Buffer[] = [];
    for (const [at, line] of lines.entries()) {
      const text = line.toString('utf8');
      const wire = readWire(text);
      if (wire === null) return { kind: 'broken', line: at + 1 };
      if (wire.kind === 'attempt') {
        const { seq } = wire.attempt;
        if (seq <= known) continue;
        if (isFirst && seq > known + 1 && !mayLack) return { kind: 'gap', last: known };
        if (seq <= last) return { kind: 'broken', line: at + 1 };
        isFirst = false;
        last = seq;
      }
      kept.push(attemptLine(sensor, stream, text));
    }
    const safeKey = `${key} safe`;
    if (last === known && kept.length === 0) {
      const safe = this.#underWay.get(safeKey) ?? Promise.resolve(true);
      return outcome(await patiently(safe), lines.length, true);
    }
    const mark = { time: this.#now(), sensor, id: `stream:${stream}:${last}`, check: '-' };
    if (this.#spool.isFailing || !this.#spool.append(batchBytes(mark, kept))) return { kind: 'full' };
    this.#streams.set(key, last);
    return this.#settle(safeKey, lines.length, () => this.#batches.take(mark));
  }

  async #settle(key: string, lines: number, whenSafe: () => void = () => {}): Promise<Intake> {
    const safe = this.#spool.safe();
    this.#underWay.set(key, safe);
    const settled = safe.then((isSafe) => {
      if (isSafe) whenSafe();
      if (this.#underWay.get(key) === safe) this.#underWay.delete(key);
      return isSafe;
    });
    return outcome(await patiently(settled), lines, false);
  }
}

function outcome(isSafe: boolean | 'late', lines: number, repeated: boolean): Intake {
  if (isSafe === 'late') return { kind: 'full' };
  return isSafe ? { kind: 'safe', lines, repeated } : { kind: 'stopped' };
}

/** What comes of it, or `late`. */
async function patiently(safe: Promise<boolean>): Promise<boolean | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), PATIENCE_SECONDS * 1000);
  });
  const result = await Promise.race([safe, late]);
  clearTimeout(timer);
  return result;
}
