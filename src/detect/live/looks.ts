/**
 * What no single attempt gives away: sources that start one list together, a few patient sources on one clock, the
 * addresses of one network in turn. They are looked for now and then in all that is remembered, by the finders that
 * search a finished log.
 */
import type { AttemptTable } from '../../model/attempt.ts';
import type { DetectOptions, EvidenceKind } from '../../model/detection.ts';
import type { LiveOptions } from '../../model/live.ts';
import { DAY, HOUR } from '../../model/time.ts';
import { findSlowClocks } from '../clock.ts';
import type { Finding } from '../finding.ts';
import { findLockstep } from '../lockstep.ts';
import { findNetworks } from '../network.ts';
import { classifyVisitors, type Visitors } from '../visitors.ts';
import type { Memory } from './memory.ts';
import type { SourceState } from './remembered.ts';

/** The last weeks are looked at once a day, everything once a week: a network or a clock takes days to show. */
const LOOK_SECONDS = DAY;
const LOOK_PAST = 14 * DAY;
const EVERYTHING_LOOKS = 7;
/** Sources that turn loud this close together, three of them at least, may be in lockstep: that cannot wait. */
const TOGETHER_SECONDS = HOUR;
const TOGETHER = 3;
/** For that the last two days are enough: lockstep groups start within minutes. */
const TOGETHER_PAST = 2 * DAY;
/** Sources that have just turned loud have tried a handful of names; a quarter of an hour later they have shown their list. */
const LATER_SECONDS = 15 * 60;
/** At most so often: a flood of loud sources is no reason to look at every one of them. */
const AGAIN_SECONDS = 5 * 60;
/**
 * Accepted chance of a false campaign a look, for one accepted a year: a look sees a day that the last one has not seen,
 * and the rest again. Of the accepted false campaigns these finders may make a tenth.
 */
const ACCEPT_A_LOOK = 0.1 / 365;

export interface Seen {
  readonly table: AttemptTable;
  readonly visitors: Visitors;
  readonly sources: readonly SourceState[];
  readonly findings: readonly { readonly finding: Finding; readonly by: EvidenceKind }[];
}

interface Finder {
  readonly by: EvidenceKind;
  readonly find: typeof findLockstep;
}

const LOCKSTEP: readonly Finder[] = [{ by: 'shared-list', find: findLockstep }];
const PATIENT: readonly Finder[] = [
  { by: 'one-clock', find: findSlowClocks },
  { by: 'one-network', find: findNetworks },
];

export interface SavedLooks {
  readonly lookedAt: number;
  readonly looks: number;
  readonly togetherAt: number;
  readonly turnedLoud: readonly number[];
  readonly laterAt: number;
}

export class Looks {
  readonly #options: LiveOptions;
  #lookedAt = Number.NaN;
  #looks = 0;
  #togetherAt = Number.NEGATIVE_INFINITY;
  #turnedLoud: number[] = [];
  /** They are looked at once more when they have shown more of their lists. */
  #laterAt = Number.POSITIVE_INFINITY;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /**
   * Looks, if it is time to; `turnedLoud`: a source has just become loud. What is seen is to be used before the next is
   * asked for: a source has its index in one table at a time.
   */
  *look(
    memory: Memory,
    time: number,
    turnedLoud: boolean,
    taken: (sources: readonly SourceState[]) => ReadonlySet<number>,
  ): Generator<Seen> {
    if (Number.isNaN(this.#lookedAt)) this.#lookedAt = time;
    const everything = time - this.#lookedAt >= LOOK_SECONDS;
    const together = turnedLoud && this.#areTogether(time);
    const later = time >= this.#laterAt;
    if (!everything && !together && !later) return;
    this.#laterAt = together ? time + LATER_SECONDS : Number.POSITIVE_INFINITY;
    if (everything) this.#lookedAt = time;
    this.#togetherAt = time;
    const { loudFailures, loudSeconds, falseCampaignsPerYear } = this.#options;
    const options: DetectOptions = {
      falseCampaigns: ACCEPT_A_LOOK * falseCampaignsPerYear,
      loudFailures,
      loudSeconds,
    };
    const seen = (past: number, finders: readonly Finder[]): Seen => {
      const { table, sources } = memory.table(time - past);
      const visitors = classifyVisitors(table, options);
      const spokenFor = taken(sources);
      const findings = finders.flatMap(({ by, find }) =>
        find(table, visitors, spokenFor, options).map((finding) => ({ finding, by })),
      );
      return { table, visitors, sources, findings };
    };
    yield seen(TOGETHER_PAST, LOCKSTEP);
    if (!everything) return;
    const past = this.#looks++ % EVERYTHING_LOOKS === 0 ? Number.POSITIVE_INFINITY : LOOK_PAST;
    yield seen(past, PATIENT);
  }

  save(): SavedLooks {
    return {
      lookedAt: this.#lookedAt,
      looks: this.#looks,
      togetherAt: this.#togetherAt,
      turnedLoud: [...this.#turnedLoud],
      laterAt: this.#laterAt,
    };
  }

  restore({ lookedAt, looks, togetherAt, turnedLoud, laterAt }: SavedLooks): void {
    this.#lookedAt = lookedAt;
    this.#looks = looks;
    this.#togetherAt = togetherAt;
    this.#turnedLoud = [...turnedLoud];
    this.#laterAt = laterAt;
  }

  #areTogether(time: number): boolean {
    // three are enough: of a flood no more than the latest are remembered
    this.#turnedLoud = this.#turnedLoud.slice(1 - TOGETHER).filter((t) => time - t <= TOGETHER_SECONDS);
    this.#turnedLoud.push(time);
    return this.#turnedLoud.length >= TOGETHER && time - this.#togetherAt >= AGAIN_SECONDS;
  }
}
