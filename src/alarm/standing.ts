/**
 * What is wrong with the daemon, or with what it reads, and whether that was told: the part of alarms.ts that is about
 * conditions. A trouble that goes before its minute is over is not told; one that comes and goes is told at most every
 * quarter of an hour, with how often it came; one that lasts is told once, and once that it is over. Plain data.
 */
import { reportTime } from '../explain/values.ts';
import { DAY } from '../model/time.ts';
import type { Condition } from './condition.ts';
import type { AlarmItem } from './schema.ts';

export interface StandingTimes {
  readonly gatherSeconds: number;
  readonly spaceSeconds: number;
}

/** Unread lines and displaced blocks are told once a day: they are a state of things and not an event. */
const DAILY_SECONDS = DAY;
/** Conditions remembered: inputs, backends and channels of one daemon are a few dozen. */
const MOST_CONDITIONS = 1000;

export interface Standing {
  readonly key: string;
  /** Whether it is so now, since when, and whether people think that it is so. */
  active: boolean;
  since: number;
  told: boolean;
  toldSince: number;
  toldAt: number | null;
  /** Since when there is something to tell; null: nothing. */
  pending: number | null;
  /** How often it has come since it was last told of. */
  times: number;
  condition: Condition;
}

export class StandingConditions {
  readonly #times: StandingTimes;
  readonly #all = new Map<string, Standing>();

  constructor(times: StandingTimes, saved: readonly Standing[] = []) {
    this.#times = times;
    for (const one of saved) this.#all.set(one.key, { ...one });
  }

  save(): readonly Standing[] {
    return [...this.#all.values()];
  }

  take(condition: Condition, now: number): void {
    const key = keyOf(condition);
    let standing = this.#all.get(key);
    if (condition.kind === 'well' || condition.kind === 'log:back') {
      if (standing?.active !== true) return;
      standing.active = false;
      if (!standing.told) standing.pending = null;
      else standing.pending ??= now;
      return;
    }
    if (standing === undefined) {
      if (this.#all.size >= MOST_CONDITIONS) this.#forget();
      standing = {
        key,
        active: false,
        since: now,
        told: false,
        toldSince: now,
        toldAt: null,
        pending: null,
        times: 0,
        condition,
      };
      this.#all.set(key, standing);
    }
    if (condition.kind === 'blocks:displaced') {
      const before = standing.condition;
      const count =
        standing.pending !== null && before.kind === 'blocks:displaced'
          ? before.count + condition.count
          : condition.count;
      standing.condition = { ...condition, count };
      standing.pending ??= now;
      return;
    }
    standing.condition = condition;
    if (condition.kind === 'unread:above') {
      standing.pending ??= now;
      return;
    }
    if (standing.active) return;
    standing.active = true;
    standing.since = now;
    standing.times++;
    if (standing.told) standing.pending = null;
    else standing.pending ??= now;
  }

  nextDue(now: number): number | null {
    let next: number | null = null;
    for (const standing of this.#all.values()) {
      const due = this.#due(standing, now);
      if (due !== null && (next === null || due < next)) next = due;
    }
    return next;
  }

  /** Takes what is due, or will be within `early` seconds: it counts as told. */
  due(now: number, early = 0): AlarmItem[] {
    const items: AlarmItem[] = [];
    for (const standing of this.#all.values()) {
      const due = this.#due(standing, now);
      if (due === null || due > now + early) continue;
      items.push(itemOf(standing, now));
      standing.told = standing.active;
      if (standing.active) standing.toldSince = standing.since;
      standing.toldAt = now;
      standing.pending = null;
      standing.times = 0;
    }
    return items;
  }

  #due({ pending, toldAt, condition }: Standing, now: number): number | null {
    if (pending === null) return null;
    const isDaily = condition.kind === 'unread:above' || condition.kind === 'blocks:displaced';
    const space = isDaily ? DAILY_SECONDS : this.#times.spaceSeconds;
    const after = toldAt === null ? Number.NEGATIVE_INFINITY : Math.min(toldAt, now) + space;
    return Math.max(Math.min(pending, now) + this.#times.gatherSeconds, after);
  }

  /** Half of those about which there is nothing to say. */
  #forget(): void {
    for (const [key, { active, pending }] of this.#all) {
      if (this.#all.size <= MOST_CONDITIONS / 2) return;
      if (!active && pending === null) this.#all.delete(key);
    }
  }
}

/** What is told of one input, one backend, one channel stands and falls together. */
function keyOf(condition: Condition): string {
  switch (condition.kind) {
    case 'trouble':
    case 'well':
      return `trouble ${condition.part} ${condition.name}`;
    case 'log:silent':
    case 'log:back':
      return `silent ${condition.input}`;
    case 'unread:above':
      return `unread ${condition.input}`;
    case 'blocks:displaced':
      return 'displaced';
  }
}

function itemOf({ condition, active, since, toldSince, times }: Standing, now: number): AlarmItem {
  switch (condition.kind) {
    case 'trouble':
    case 'well':
      return troubleItem(condition, active, active ? since : toldSince, Math.max(1, times), now);
    case 'log:silent':
    case 'log:back': {
      const seconds = Math.max(0, Math.round(now - condition.lastLine));
      if (!active || condition.kind === 'log:back')
        return { kind: 'log:back', time: reportTime(now), input: condition.input, seconds };
      return {
        kind: 'log:silent',
        time: reportTime(now),
        input: condition.input,
        lastLine: reportTime(condition.lastLine),
        seconds,
        usual: Math.round(condition.usual),
      };
    }
    case 'unread:above': {
      const { input, lines, unread } = condition;
      return { kind: 'unread-lines', time: reportTime(now), input, lines, unread };
    }
    case 'blocks:displaced': {
      const { count, limit } = condition;
      return { kind: 'blocks:displaced', time: reportTime(now), count, limit };
    }
  }
}

function troubleItem(
  condition: Extract<Condition, { kind: 'trouble' | 'well' }>,
  active: boolean,
  since: number,
  times: number,
  now: number,
): AlarmItem {
  const { part, name } = condition;
  if (!active || condition.kind === 'well')
    return { kind: 'trouble:over', time: reportTime(now), part, name, since: reportTime(since) };
  const { message, remedy } = condition;
  return { kind: 'trouble', time: reportTime(since), part, name, says: message, remedy, times };
}
