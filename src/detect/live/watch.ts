/** What every part of live detection works with, and what they do alike. */
import { type AttemptTable, SUCCESS } from '../../model/attempt.ts';
import type { Campaign } from '../../model/detection.ts';
import type { LiveOptions } from '../../model/live.ts';
import { DAY } from '../../model/time.ts';
import type { LiveCampaign } from './affair.ts';
import { Echoes } from './echoes.ts';
import { Memory, type SourceState } from './memory.ts';
import { arrivalClass, Rates } from './rates.ts';
import { Roster } from './roster.ts';
import { Turns } from './turns.ts';

/** Nothing came for so long: it is over. */
export const OVER_DAYS = 3;
const OVER_GAPS = 40;

export class Watch {
  readonly options: LiveOptions;
  readonly memory: Memory;
  readonly turns = new Turns();
  readonly rates = new Rates();
  readonly echoes = new Echoes();
  readonly roster: Roster;

  constructor(options: LiveOptions) {
    this.options = options;
    this.memory = new Memory(options);
    this.roster = new Roster(this.memory);
  }

  /** Names a source for a campaign; from now on it explains its visits. */
  name(campaign: LiveCampaign, source: SourceState, confidence: number, time: number): void {
    const elsewhere = this.roster.campaignOf(source) !== undefined;
    if (!this.roster.name(campaign, source, confidence, time) || elsewhere) return;
    this.disown(source);
    const first = source.visits[0];
    if (first !== undefined) this.rates.disown(arrivalClass(first.name.text), time - first.time);
  }

  /** The visits of a participant say nothing about how popular their names are. */
  disown(source: SourceState): void {
    for (const visit of source.visits) this.turns.disown(visit);
  }
}

/** Nothing has come of it for days, and for many of its gaps. */
export function isOver(
  time: number,
  { lastSeen, medianGapSeconds }: Pick<LiveCampaign, 'lastSeen' | 'medianGapSeconds'>,
): boolean {
  return time - lastSeen >= Math.max(OVER_DAYS * DAY, OVER_GAPS * medianGapSeconds);
}

export function failuresOf(campaign: Campaign, table: AttemptTable): number {
  return campaign.rows.filter((row) => table.outcome[row] !== SUCCESS).length;
}
