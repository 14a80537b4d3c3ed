/**
 * Who is kept out, and for how long: attempts and live events in, changes of blocks out. Pure: the moment comes in as
 * an argument, and what is known from before comes in as a {@link DeciderMemory}, which is made from the history, so
 * there is no state here that a crash could lose.
 *
 * Two clocks: `now` is this machine's, by which blocks begin and end; an attempt's time is its log's. A block lasts
 * from the attempt that brought it about, never from a moment that is still to come, so that a rotated log of last week
 * keeps nobody out for longer than if it had been read in time, and one of last year keeps nobody out.
 */
import type { Block, BlockChange, BlockReason } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import type { AttemptRow } from '../model/table.ts';
import { Aiming } from './aim.ts';
import { Book, type Cause } from './book.ts';
import { neighbourhood } from './claims.ts';
import type { PastBlock } from './ledger.ts';
import { LoudSources } from './loud.ts';
import { type Network, networkText, parseNetwork, parseTarget } from './network.ts';
import type { Never, NeverReason } from './never.ts';
import { People } from './people.ts';
import { type BlockPolicy, timeOf } from './policy.ts';
import { aimOf, type Heard, type HeardRefusal } from './told.ts';

/** What blocking needs of an attempt. */
export type AttemptFacts = Pick<AttemptRow, 'time' | 'source' | 'user' | 'success' | 'known'>;

/** What is known from before, out of the history. */
export interface DeciderMemory {
  /** Those that stand, and those that ended within the time that counts as repetition; oldest first. */
  readonly blocks: Iterable<PastBlock>;
  /** Sources that have logged in, the last login longest ago first. */
  readonly people: Iterable<{ readonly source: string; readonly lastSuccess: number }>;
  /** Participants of campaigns that have not ended, not released. `time`: when named, or later heard of. */
  readonly participants: Iterable<{
    readonly source: string;
    readonly campaign: string;
    readonly confidence: number;
    readonly time: number;
  }>;
}

export const EMPTY_MEMORY: DeciderMemory = { blocks: [], people: [], participants: [] };

/** Why a source was not blocked that a policy is after. `over`: its time is over already, as the attempt is old. */
export type Refusal = NeverReason | HeardRefusal | 'host-name' | 'no-room';

export type HandRefusal = NeverReason | 'person' | 'too-wide' | 'no-room';

interface Participant {
  readonly campaign: string;
  readonly confidence: number;
  time: number;
  readonly compromised: boolean;
}

/** Widest targets that a hand may block: hardly anybody owns more, and a slip should not shut the house. */
const WIDEST = { 4: 8, 6: 16 } as const;

export class Decider {
  #policy: BlockPolicy;
  #never: Never;
  #aiming: Aiming;
  readonly #book: Book;
  readonly #people = new People();
  readonly #loud = new LoudSources();
  readonly #participants = new Map<string, Participant>();
  /** Confirmed addresses of participants that are host names, and names that wait to be confirmed. */
  readonly #addresses = new Map<string, readonly string[]>();
  #unconfirmed = new Set<string>();
  readonly #refused = new Map<Refusal, number>();

  constructor(policy: BlockPolicy, never: Never, memory: DeciderMemory = EMPTY_MEMORY) {
    this.#policy = policy;
    this.#never = never;
    this.#aiming = new Aiming(policy, never);
    const blocks = [...memory.blocks];
    this.#book = new Book(policy, blocks);
    for (const { source, lastSuccess } of memory.people) this.#people.learn(source, lastSuccess);
    const freed = new Map<string, number>();
    for (const { source, ended, why } of blocks)
      if (why === 'by-hand' && source !== null && ended !== null) freed.set(source, ended);
    for (const { source, ...participant } of memory.participants) {
      this.#people.forget(source);
      // whom a hand let in again stays in until named again
      if ((freed.get(source) ?? Number.NEGATIVE_INFINITY) >= participant.time) continue;
      this.#participants.set(source, { ...participant, compromised: false });
    }
  }

  /** Blocks that stand, in the order of their numbers. */
  standing(): readonly Block[] {
    return this.#book.standing();
  }

  /** The block of exactly this target, if one stands. */
  at(target: string): Block | undefined {
    return this.#book.at(target);
  }

  /** No block ends by itself before this moment, seconds since 1970; infinite where none does. */
  get nextEnd(): number {
    return this.#book.nextEnd;
  }

  /** How often a source was not blocked although a policy is after it, by reason. */
  refused(): ReadonlyMap<Refusal, number> {
    return this.#refused;
  }

  /** Participants that are host names, since the last call: confirm-name.ts may find their addresses. */
  takeUnconfirmed(): readonly string[] {
    const names = [...this.#unconfirmed];
    this.#unconfirmed = new Set();
    return names;
  }

  /** An attempt, and what live detection said of it. */
  attempt(attempt: AttemptFacts, events: readonly LiveEvent[], now: number): readonly BlockChange[] {
    for (const event of events) this.#event(event, now);
    if (attempt.success) this.#login(attempt, now);
    else this.#failure(attempt, now);
    return this.#book.take();
  }

  /** An event that no attempt brought about. */
  event(event: LiveEvent, now: number): readonly BlockChange[] {
    this.#event(event, now);
    return this.#book.take();
  }

  /** Time has passed. */
  tick(now: number): readonly BlockChange[] {
    this.#book.expire(now);
    return this.#book.take();
  }

  /**
   * Looks at everything again: after a start, for what the memory holds, and after a change of the policy or of whom
   * nobody may block.
   */
  review(policy: BlockPolicy, never: Never, now: number): readonly BlockChange[] {
    this.#policy = policy;
    this.#never = never;
    this.#aiming = new Aiming(policy, never);
    this.#book.policy = policy;
    this.#book.expire(now);
    for (const block of this.standing()) {
      if (never.why(parseTarget(block.target)!) !== null) this.#book.end(block, 'allow-listed', now);
      else if (block.reason.kind !== 'by-hand' && timeOf(policy, block.reason.kind) === null)
        this.#endByHand(block, now);
    }
    this.#book.shrink(now);
    for (const [source, participant] of this.#participants) this.#keepOut(source, participant, now);
    return this.#book.take();
  }

  /** The addresses of a participant that is a host name, once they are confirmed. */
  confirm(source: string, addresses: readonly string[], now: number): readonly BlockChange[] {
    const participant = this.#participants.get(source);
    if (participant === undefined || addresses.length === 0) return [];
    this.#addresses.set(source, addresses);
    this.#keepOut(source, participant, now);
    return this.#book.take();
  }

  /** What it was said to have tried for a user that does not exist was for one that does: a typo in a name was none. */
  known(source: string, now: number): readonly BlockChange[] {
    for (const block of this.#book.around(source))
      if (block.source === source && block.reason.kind === 'unknown-user')
        this.#book.end(block, 'released', now);
    return this.#book.take();
  }

  /** What `by` keeps out besides what it told before; or, with `all`, what it keeps out at all. */
  heed(
    by: string,
    add: readonly Heard[],
    remove: readonly string[] | 'all',
    now: number,
  ): readonly BlockChange[] {
    const kept = remove === 'all' ? new Set(add.map(({ target }) => target)) : null;
    const gone = kept === null ? new Set(remove) : null;
    for (const block of this.standing()) {
      if (block.reason.kind !== 'told' || block.reason.by !== by) continue;
      if (kept === null ? gone?.has(block.target) === true : !kept.has(block.target))
        this.#unheed(block, now);
    }
    for (const heard of add) {
      const { confidence } = heard;
      const aim = aimOf(heard, this.#policy, this.#never, this.#people, now);
      const refused =
        'refused' in aim
          ? aim.refused
          : this.#book.heed(
              networkText(aim.target),
              aim.source,
              { kind: 'told', by, confidence },
              aim.until,
              now,
            );
      if (refused !== null) this.#refuse(refused);
    }
    return this.#book.take();
  }

  /** A block by hand, `seconds` null: until a hand ends it. One of the same target is replaced. */
  add(
    target: Network,
    seconds: number | null,
    reason: Extract<BlockReason, { kind: 'by-hand' }>,
    people: 'spare people' | 'even people',
    now: number,
  ): { readonly changes: readonly BlockChange[] } | { readonly refused: HandRefusal } {
    const never = this.#never.why(target);
    if (never !== null) return { refused: never };
    if (target.prefix < WIDEST[target.family]) return { refused: 'too-wide' };
    if (people === 'spare people' && this.#people.anyIn(target)) return { refused: 'person' };
    const text = networkText(target);
    const standing = this.#book.at(text);
    if (standing !== undefined) this.#book.end(standing, 'superseded', now);
    this.#book.add(text, null, reason, seconds === null ? null : now + seconds, now);
    const changes = this.#book.take();
    return this.#book.at(text) === undefined ? { refused: 'no-room' } : { changes };
  }

  /** Ends blocks by hand: those of exactly these targets, or all. Their sources stay in until they are named again. */
  remove(targets: readonly string[] | 'all', now: number): readonly BlockChange[] {
    for (const block of targets === 'all' ? this.standing() : targets.map((one) => this.#book.at(one)))
      if (block !== undefined) this.#endByHand(block, now);
    return this.#book.take();
  }

  #event(event: LiveEvent, now: number): void {
    switch (event.kind) {
      case 'participant:named': {
        const { source, campaign, confidence, time } = event;
        const compromised = this.#participants.get(source)?.compromised ?? false;
        this.#name(source, { campaign, confidence, time, compromised }, now);
        return;
      }
      case 'account:compromised': {
        const { source, campaign, time } = event;
        const confidence = this.#participants.get(source)?.confidence ?? 1;
        this.#people.forget(source);
        this.#name(source, { campaign, confidence, time, compromised: true }, now);
        return;
      }
      case 'participant:released':
        // one that was named for another campaign meanwhile stays
        if (this.#participants.get(event.source)?.campaign === event.campaign)
          this.#release(event.source, now);
        return;
      case 'campaign:ended':
        // what is blocked stays so until its time is over
        for (const [source, { campaign }] of this.#participants)
          if (campaign === event.campaign) this.#forget(source);
        return;
      case 'campaign:opened':
      case 'campaign:returned':
        return;
    }
  }

  #login({ source, time }: AttemptFacts, now: number): void {
    const participant = this.#participants.get(source);
    if (participant !== undefined) {
      participant.time = Math.max(participant.time, time);
      return; // no person: live detection has said what this login is
    }
    for (const block of this.#book.around(source)) {
      if (block.source !== source || block.reason.kind === 'by-hand') continue;
      // a loud source that gets in has guessed, and so has one of an ended campaign; one wrong name and then a
      // login is a person
      if (!this.#book.isSlip(block)) return;
      this.#book.end(block, 'released', now);
    }
    const isNew = !this.#people.has(source);
    this.#people.learn(source, time);
    if (isNew) this.#openAround(source, now);
  }

  /** Somebody works behind `source`: what is blocked around it is blocked no wider than it must be. */
  #openAround(source: string, now: number): void {
    for (const block of this.#book.around(source)) {
      if (block.reason.kind === 'by-hand') continue;
      const claimants = this.#book.claimants(block.target);
      this.#book.end(block, 'released', now);
      for (const claimant of claimants) {
        const participant = this.#participants.get(claimant);
        if (participant !== undefined) this.#keepOut(claimant, participant, now);
      }
    }
  }

  #failure(attempt: AttemptFacts, now: number): void {
    const { source, time } = attempt;
    const participant = this.#participants.get(source);
    if (participant !== undefined) {
      participant.time = Math.max(participant.time, time);
      this.#keepOut(source, participant, now);
      return;
    }
    const { unknownUser, loud } = this.#policy;
    if (unknownUser !== null && attempt.known === false && attempt.user !== null)
      this.#block({ source, reason: { kind: 'unknown-user' }, time }, now);
    if (loud !== null && this.#loud.fails(source, time, loud.failures, loud.withinSeconds))
      this.#block({ source, reason: { kind: 'loud' }, time }, now);
  }

  #name(source: string, participant: Participant, now: number): void {
    this.#participants.set(source, participant);
    this.#keepOut(source, participant, now);
  }

  /** Blocks a participant, or prolongs its block. */
  #keepOut(source: string, participant: Participant, now: number): void {
    const { participants } = this.#policy;
    if (participants === null) return;
    const { campaign, confidence, time, compromised } = participant;
    if (confidence < participants.leastConfidence && !compromised) {
      this.#refuse('unsure');
      return;
    }
    this.#block({ source, reason: { kind: 'participant', campaign, confidence }, time }, now);
  }

  #block(cause: Cause, now: number): void {
    const { source, reason } = cause;
    if (this.#people.has(source)) {
      this.#refuse('person');
      return;
    }
    const addresses = parseNetwork(source) === null ? this.#addresses.get(source) : [source];
    if (addresses === undefined) {
      if (reason.kind === 'participant') this.#unconfirmed.add(source);
      this.#refuse('host-name');
      return;
    }
    for (const address of addresses) {
      const aim = this.#aiming.at(address, this.#people);
      const refused = 'refused' in aim ? aim.refused : this.#book.block(aim.target, cause, now);
      if (refused !== null) this.#refuse(refused);
      else if ('target' in aim && reason.kind === 'participant') this.#blockAround(aim.target, cause, now);
    }
  }

  /** Where so many participants are neighbours, and nobody ever logged in from there, the network is blocked. */
  #blockAround(target: Network, cause: Cause, now: number): void {
    const { networks } = this.#policy;
    const network = neighbourhood(target);
    const sources = this.#book.density(target);
    if (networks === null || network === null || sources < networks.participants) return;
    if (this.#people.anyIn(network) || this.#never.why(network) !== null) return;
    const campaign = cause.reason.kind === 'participant' ? cause.reason.campaign : null;
    this.#book.block(network, { ...cause, reason: { kind: 'network', sources, campaign } }, now);
  }

  /** It is told no more; whom detection here has named stays out. */
  #unheed(block: Block, now: number): void {
    const claimants = this.#book.claimants(block.target);
    this.#book.end(block, 'released', now);
    for (const claimant of claimants) {
      const participant = this.#participants.get(claimant);
      if (participant !== undefined) this.#keepOut(claimant, participant, now);
    }
  }

  #endByHand(block: Block, now: number): void {
    for (const source of this.#book.claimants(block.target)) this.#forget(source);
    this.#book.end(block, 'by-hand', now);
  }

  #release(source: string, now: number): void {
    this.#forget(source);
    this.#book.release(source, now);
  }

  #forget(source: string): void {
    this.#participants.delete(source);
    this.#addresses.delete(source);
    this.#unconfirmed.delete(source);
  }

  #refuse(why: Refusal): void {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1);
  }
}
