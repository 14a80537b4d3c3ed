/**
 * One process a writer. Each opening puts a row of its own into `records`, of a generation beyond all others, and says
 * again and again that it lives; who finds a living one is refused. ClickHouse cannot compare and set, so an opening looks
 * again after a while: whoever came at the same time is seen by then, and the smaller key wins.
 *
 * A process that is killed says nothing more. On the same machine that is seen at once, by its number; from another one
 * after {@link EXPIRES_SECONDS}. Times are those of the server, so clocks of other machines do not matter.
 *
 * If two should ever write all the same (a machine that slept for an hour and wakes up), the later generation's rows hold
 * and the earlier one is told at its next sign of life.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Trouble } from '../../../model/error.ts';
import { isAlive } from '../owner.ts';
import { busy } from '../store-trouble.ts';
import { type Identity, ofWriter, RecordBlock } from './records.ts';
import type { ColumnType } from './row-binary.ts';
import { KINDS, RECORD_COLUMNS } from './schema.ts';
import { SECONDS } from './server.ts';
import type { Shard } from './shard.ts';

/** Signs of life where no commit is one: a thousand writers make 33 small inserts a second, which a server can merge. */
const BEAT_SECONDS = 30;
/** Three signs may be lost. Twice as long is twice as long until a machine's writer may be taken over by another. */
const EXPIRES_SECONDS = 100;
/** An opening looks again after so long; one that took longer from its look to its row begins anew. */
const SETTLE_MS = 150;

/** What a claim says of who made it. */
interface Owner {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
}

interface Found {
  readonly generation: number;
  readonly key: string;
  readonly owner: Owner;
  readonly isReleased: boolean;
  /** Seconds since it was heard of. */
  readonly age: number;
  readonly beat: number;
}

const THIS: Owner = { host: hostname(), boot: bootId(), pid: process.pid };

/** Writers that this process has open. */
const claimed = new Set<string>();

export class Claim {
  /** Names all that this opening sends. */
  readonly key = randomBytes(8).toString('hex');
  readonly #shard: Shard;
  readonly #identity: Identity;
  readonly #name: string;
  readonly #local: string;
  #generation = 0;
  #beat = 0;
  #lost: Trouble | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lastSign = 0;

  private constructor(shard: Shard, identity: Identity, name: string, local: string) {
    this.#shard = shard;
    this.#identity = identity;
    this.#name = name;
    this.#local = local;
  }

  /** `name`: how the history is called in a message. Error: `Trouble` with `store-busy`. */
  static async make(shard: Shard, identity: Identity, name: string): Promise<Claim> {
    const local = `${name}\0${identity.site}\0${identity.writer}`;
    if (claimed.has(local)) throw busy(name, process.pid, 'this one');
    claimed.add(local);
    const claim = new Claim(shard, identity, name, local);
    try {
      await claim.#take();
      claim.#timer = setInterval(() => void claim.#sign(), BEAT_SECONDS * 1000).unref();
      return claim;
    } catch (error) {
      claimed.delete(local);
      throw error;
    }
  }

  get generation(): number {
    return this.#generation;
  }

  /** Throws where another process has taken the writer over. */
  check(): void {
    if (this.#lost !== null) throw this.#lost;
  }

  /** A commit is a sign of life, too. */
  heard(): void {
    this.#lastSign = Date.now();
  }

  /** A new generation: what was sent under the old one and not acknowledged counts no more. */
  async renew(): Promise<void> {
    await this.#look();
    this.check();
    await this.#shard.quiet(this.key);
    this.#generation++;
    await this.#put(false);
  }

  async release(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    claimed.delete(this.#local);
    // whoever comes next sees that this process has it no more, or is gone
    if (this.#lost === null) await this.#put(true).catch(() => undefined);
  }

  async #take(): Promise<void> {
    for (;;) {
      const looked = Date.now();
      const found = await this.#found();
      const other = found.find((one) => isHeld(one));
      if (other !== undefined) {
        await this.#waitFor(other);
        continue;
      }
      for (const one of found) if (!one.isReleased) await this.#shard.quiet(one.key);
      const generation = Math.max(0, ...found.map((one) => one.generation)) + 1;
      this.#generation = generation;
      await this.#put(false);
      if (Date.now() - looked > SETTLE_MS && found.length > 0) {
        // it took so long that somebody may have looked before and written after
        if ((await this.#rivals(generation)).length === 0) return;
        continue;
      }
      // nobody else is there who could have come at the same time: a first opening
      await sleep(SETTLE_MS);
      const rivals = await this.#rivals(generation);
      if (rivals.every(({ key }) => key > this.key)) return;
      await this.#put(true);
      throw this.#busy(rivals[0]!);
    }
  }

  /** Claims of others that were made at the same time or later. */
  async #rivals(generation: number): Promise<readonly Found[]> {
    const found = await this.#found();
    return found.filter((one) => one.key !== this.key && one.generation >= generation && !one.isReleased);
  }

  /** Resolves when `other` may be dead; throws when it lives. */
  async #waitFor(other: Found): Promise<void> {
    if (isHere(other.owner)) throw this.#busy(other);
    // a commit or a sign comes within this time from whoever lives
    const end = Date.now() + (BEAT_SECONDS + 5) * 1000;
    while (Date.now() < end) {
      await sleep(500);
      const now = (await this.#found()).find(({ key }) => key === other.key);
      if (now === undefined || !isHeld(now)) return;
      if (now.beat !== other.beat || now.age < other.age) throw this.#busy(now);
    }
    throw this.#busy(other);
  }

  #busy({ owner }: Found): Trouble {
    if (isHere(owner)) return busy(this.#name, owner.pid, null);
    return new Trouble(
      'store-busy',
      `${this.#name}: process ${owner.pid} on ${owner.host} writes as ${this.#identity.writer} here`,
      `Stop it first, or give this one a name of its own: writer=NAME in the URL.`,
    );
  }

  async #sign(): Promise<void> {
    try {
      await this.#look();
      if (this.#lost === null && Date.now() - this.#lastSign > BEAT_SECONDS * 900) await this.#put(false);
    } catch {
      // the server is away: whoever wants to commit is told so
    }
  }

  async #look(): Promise<void> {
    const other = (await this.#found()).find(
      (one) => one.key !== this.key && one.generation > this.#generation,
    );
    if (other !== undefined) this.#lost ??= this.#busy(other);
  }

  async #put(isReleased: boolean): Promise<void> {
    const block = new RecordBlock(this.#identity, BigInt(++this.#beat));
    block.add('claim', {
      num: this.#generation,
      key: this.key,
      flag: isReleased,
      value: JSON.stringify(THIS),
    });
    await this.#shard.insert(this.#shard.tables.records, RECORD_COLUMNS, block.bytes(), `${this.key}-claim`);
    this.heard();
  }

  /** Claims on all replicas that answer, each as it was heard of last. */
  async #found(): Promise<readonly Found[]> {
    const { records } = this.#shard.tables;
    const types: readonly ColumnType[] = ['Int64', 'String', 'UInt8', 'String', 'UInt64', 'Int64'];
    const sql = (kind: number) =>
      `SELECT num, key, flag, value, version, toInt64(toUInt32(now())) - toInt64(toUInt32(stored)) FROM ${records}
       WHERE ${ofWriter(this.#identity)} AND kind = ${kind} ORDER BY version`;
    await this.#shard.server();
    const answers = await this.#shard.everywhere(async (server) => {
      if (server.isDown) return [];
      const claims = await server.all(sql(KINDS.claim), types, SECONDS.alive);
      const commits = await server.all(sql(KINDS.standing), types, SECONDS.alive);
      const lastCommit = commits.at(-1);
      const committer = lastCommit === undefined ? null : generationIn(lastCommit[3] as string);
      return claims.map(([num, key, flag, value, version, age]): Found => {
        const isCommitter = committer === num && lastCommit !== undefined;
        return {
          generation: num as number,
          key: key as string,
          isReleased: flag === 1,
          owner: JSON.parse(value as string) as Owner,
          beat: version as number,
          age: Math.min(age as number, isCommitter ? (lastCommit[5] as number) : Number.POSITIVE_INFINITY),
        };
      });
    });
    const found = new Map<string, Found>();
    for (const one of answers.flat()) {
      const before = found.get(one.key);
      if (before === undefined || one.beat > before.beat) found.set(one.key, one);
      else if (one.beat === before.beat && one.age < before.age) found.set(one.key, one);
    }
    return [...found.values()].sort((a, b) => b.generation - a.generation);
  }
}

function generationIn(standing: string): number {
  return (JSON.parse(standing) as { readonly generation: number }).generation;
}

function isHere({ host, boot }: Owner): boolean {
  return host === THIS.host && boot === THIS.boot;
}

/** Whether somebody may be there: on this machine that is known, of others it is said. */
function isHeld({ isReleased, owner, age }: Found): boolean {
  if (isReleased) return false;
  if (isHere(owner)) return isAlive(owner.pid);
  // the same machine before it was started anew
  if (owner.host === THIS.host && owner.boot !== '' && THIS.boot !== '') return false;
  return age < EXPIRES_SECONDS;
}

/** Linux numbers its starts; without a number a machine is told by its name alone. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
