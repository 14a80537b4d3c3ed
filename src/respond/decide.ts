/**
 * Who is kept out, and for how long: attempts and live events in, changes of blocks out. Pure: the moment comes in as
 * an argument, and what is known from before comes in as a {@link DeciderMemory}, which is made from the history, so
 * there is no state here that a crash could lose.
 *
 * Two clocks: `now` is this machine's, by which blocks begin and end; an attempt's time is its log's. A block lasts
 * from the attempt that brought it about, never from a moment that is still to come, so that a rotated log of last week
 * keeps nobody out for longer than if it had been read in time, and one of last year keeps nobody out.
 */
import type { Block, BlockChange, BlockEnd, BlockReason } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import type { AttemptRow } from '../model/table.ts';
import { Aiming } from './aim.ts';
import { Claims, neighbourhood } from './claims.ts';
import { Ledger, type PastBlock } from './ledger.ts';
import { LoudSources } from './loud.ts';
import { type Network, networkText, parseNetwork, parseTarget, widened } from './network.ts';
import type { Never, NeverReason } from './never.ts';
import { People } from './people.ts';
import { type BlockPolicy, blockSeconds, timeOf, weightOf } from './policy.ts';

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
export type Refusal = NeverReason | 'host-name' | 'person' | 'unsure' | 'over' | 'no-room';

export type HandRefusal = NeverReason | 'person' | 'too-wide' | 'no-room';

interface Participant {
  readonly campaign: string;
  readonly confidence: number;
  time: number;
  readonly compromised: boolean;
}

/** An end that is put off by less than this share of the block's time is not worth a line in the history. */
const WORTH_EXTENDING = 0.05;

/** Who failed no more often than this before logging in is a person who mistyped a name. */
const MOST_SLIPS = 3;

/** Widest targets that a hand may block: hardly anybody owns more, and a slip should not shut the house. */
const WIDEST = { 4: 8, 6: 16 } as const;

export class Decider {
  #policy: BlockPolicy;
  #never: Never;
  #aiming: Aiming;
  readonly #ledger: Ledger;
  readonly #people = new People();
  readonly #claims = new Claims();
  readonly #loud = new LoudSources();
  readonly #participants = new Map<string, Participant>();
  /** Failures of sources that are blocked for an unknown user, by the number of the block. */
  readonly #slips = new Map<number, number>();
  /** Confirmed addresses of participants that are host names, and names that wait to be confirmed. */
  readonly #addresses = new Map<string, readonly string[]>();
  #unconfirmed = new Set<string>();
  readonly #refused = new Map<Refusal, number>();
  #changes: BlockChange[] = [];

  constructor(policy: BlockPolicy, never: Never, memory: DeciderMemory = EMPTY_MEMORY) {
    this.#policy = policy;
    this.#never = never;
    this.#aiming = new Aiming(policy, never);
    const blocks = [...memory.blocks];
    this.#ledger = new Ledger(policy, blocks);
    for (const block of this.#ledger.standing()) this.#claims.blocked(block);
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
    return [...this.#ledger.standing()];
  }

  /** The block of exactly this target, if one stands. */
  at(target: string): Block | undefined {
    return this.#ledger.at(target);
  }

  /** No block ends by itself before this moment, seconds since 1970; infinite where none does. */
  get nextEnd(): number {
    return this.#ledger.nextEnd;
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
    return this.#take();
  }

  /** An event that no attempt brought about. */
  event(event: LiveEvent, now: number): readonly BlockChange[] {
    this.#event(event, now);
    return this.#take();
  }

  /** Time has passed. */
  tick(now: number): readonly BlockChange[] {
    this.#tell(this.#ledger.expire(now));
    return this.#take();
  }

  /**
   * Looks at everything again: after a start, for what the memory holds, and after a change of the policy or of whom
   * nobody may block.
   */
  review(policy: BlockPolicy, never: Never, now: number): readonly BlockChange[] {
    this.#policy = policy;
    this.#never = never;
    this.#aiming = new Aiming(policy, never);
    this.#ledger.bounds = policy;
    this.#tell(this.#ledger.expire(now));
    for (const block of this.standing()) {
      if (never.why(parseTarget(block.target)!) !== null) this.#end(block, 'allow-listed', now);
      else if (block.reason.kind !== 'by-hand' && timeOf(policy, block.reason.kind) === null)
        this.#endByHand(block, now);
    }
    this.#tell(this.#ledger.shrink(now));
    for (const [source, participant] of this.#participants) this.#keepOut(source, participant, now);
    return this.#take();
  }

  /** The addresses of a participant that is a host name, once they are confirmed. */
  confirm(source: string, addresses: readonly string[], now: number): readonly BlockChange[] {
    const participant = this.#participants.get(source);
    if (participant === undefined || addresses.length === 0) return [];
    this.#addresses.set(source, addresses);
    this.#keepOut(source, participant, now);
    return this.#take();
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
    const standing = this.#ledger.at(text);
    if (standing !== undefined) this.#end(standing, 'superseded', now);
    this.#add(text, null, reason, seconds === null ? null : now + seconds, now);
    const changes = this.#take();
    return this.#ledger.at(text) === undefined ? { refused: 'no-room' } : { changes };
  }

  /** Ends blocks by hand: those of exactly these targets, or all. Their sources stay in until they are named again. */
  remove(targets: readonly string[] | 'all', now: number): readonly BlockChange[] {
    for (const block of targets === 'all' ? this.standing() : targets.map((one) => this.#ledger.at(one)))
      if (block !== undefined) this.#endByHand(block, now);
    return this.#take();
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
    for (const block of this.#blocksOf(source)) {
      if (block.source !== source || block.reason.kind === 'by-hand') continue;
      // a loud source that gets in has guessed, and so has one of an ended campaign; one wrong name and then a
      // login is a person
      const isSlip = block.reason.kind === 'unknown-user' && (this.#slips.get(block.id) ?? 0) <= MOST_SLIPS;
      if (!isSlip) return;
      this.#end(block, 'released', now);
    }
    const isNew = !this.#people.has(source);
    this.#people.learn(source, time);
    if (isNew) this.#openAround(source, now);
  }

  /** Somebody works behind `source`: what is blocked around it is blocked no wider than it must be. */
  #openAround(source: string, now: number): void {
    for (const block of this.#blocksOf(source)) {
      if (block.reason.kind === 'by-hand') continue;
      const claimants = this.#claims.claimants(block.target);
      this.#end(block, 'released', now);
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
      this.#block(source, { kind: 'unknown-user' }, time, now);
    if (loud !== null && this.#loud.fails(source, time, loud.failures, loud.withinSeconds))
      this.#block(source, { kind: 'loud' }, time, now);
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
    this.#block(source, { kind: 'participant', campaign, confidence }, time, now);
  }

  #block(source: string, reason: BlockReason, time: number, now: number): void {
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
      if ('refused' in aim) this.#refuse(aim.refused);
      else this.#blockTarget(aim.target, source, reason, time, now);
    }
  }

  #blockTarget(target: Network, source: string, reason: BlockReason, time: number, now: number): void {
    const text = networkText(target);
    const standing = this.#ledger.at(text);
    if (
      standing !== undefined &&
      (standing.reason.kind === reason.kind || standing.weight >= weightOf(reason))
    ) {
      if (reason.kind === 'unknown-user')
        this.#slips.set(standing.id, (this.#slips.get(standing.id) ?? 1) + 1);
      this.#extend(standing, time, now);
    } else {
      if (standing !== undefined) this.#end(standing, 'superseded', now);
      const length = blockSeconds(timeOf(this.#policy, reason.kind)!, this.#ledger.repetition(text, now));
      const until = Math.min(time, now) + length;
      if (until <= now) {
        this.#refuse('over');
        return;
      }
      if (!this.#add(text, source, reason, until, now)) {
        this.#refuse('no-room');
        return;
      }
    }
    if (reason.kind !== 'participant') return;
    this.#claims.claim(text, source);
    this.#blockAround(target, reason.campaign, time, now);
  }

  /** Where so many participants are neighbours, and nobody ever logged in from there, the network is blocked. */
  #blockAround(target: Network, campaign: string, time: number, now: number): void {
    const { networks } = this.#policy;
    const network = neighbourhood(target);
    if (networks === null || network === null) return;
    const sources = this.#claims.density(network);
    if (sources < networks.participants || this.#people.anyIn(network)) return;
    if (this.#never.why(network) !== null) return;
    const text = networkText(network);
    const standing = this.#ledger.at(text);
    if (standing !== undefined) {
      this.#extend(standing, time, now);
      return;
    }
    const until = Math.min(time, now) + blockSeconds(networks, this.#ledger.repetition(text, now));
    if (until > now) this.#add(text, null, { kind: 'network', sources, campaign }, until, now);
  }

  /** Blocks that automatic decisions may have made for `source`. */
  #blocksOf(source: string): readonly Block[] {
    const address = parseNetwork(source);
    if (address === null) return [];
    const wider = address.family === 4 ? [24] : [this.#policy.ipv6Prefix, 48];
    const targets = new Set([address, ...wider.map((prefix) => widened(address, prefix))].map(networkText));
    return [...targets].map((target) => this.#ledger.at(target)).filter((block) => block !== undefined);
  }

  #add(
    target: string,
    source: string | null,
    reason: BlockReason,
    until: number | null,
    now: number,
  ): boolean {
    const changes = this.#ledger.add({ target, source, reason, from: now, until, weight: weightOf(reason) });
    this.#tell(changes);
    return changes.length > 0;
  }

  #extend(block: Block, time: number, now: number): void {
    const kind = timeOf(this.#policy, block.reason.kind);
    if (kind === null || block.until === null) return;
    const seconds = blockSeconds(kind, block.repetition);
    const until = Math.min(time, now) + seconds;
    if (until > block.until + WORTH_EXTENDING * seconds) this.#tell(this.#ledger.extend(block, until, now));
  }

  #end(block: Block, why: BlockEnd, now: number): void {
    this.#tell(this.#ledger.end(block, why, now));
  }

  #endByHand(block: Block, now: number): void {
    for (const source of this.#claims.claimants(block.target)) this.#forget(source);
    this.#end(block, 'by-hand', now);
  }

  #release(source: string, now: number): void {
    this.#forget(source);
    for (const target of this.#claims.withdraw(source)) {
      const block = this.#ledger.at(target);
      if (block?.reason.kind === 'participant') this.#end(block, 'released', now);
    }
  }

  #forget(source: string): void {
    this.#participants.delete(source);
    this.#addresses.delete(source);
    this.#unconfirmed.delete(source);
  }

  #refuse(why: Refusal): void {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1);
  }

  #tell(changes: readonly BlockChange[]): void {
    for (const change of changes) {
      if (change.kind === 'block:added') this.#claims.blocked(change.block);
      else if (change.kind === 'block:ended') {
        this.#claims.ended(change.id);
        this.#slips.delete(change.id);
      }
      this.#changes.push(change);
    }
  }

  #take(): readonly BlockChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }
}
