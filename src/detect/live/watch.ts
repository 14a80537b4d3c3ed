/** What every part of live detection works with, and what they do alike. */
import { type AttemptTable, SUCCESS } from '../../model/attempt.ts';
import type { Campaign } from '../../model/detection.ts';
import type { LiveOptions } from '../../model/live.ts';
import { DAY } from '../../model/time.ts';
import type { LiveCampaign } from './affair.ts';
import { Echoes, type SavedEchoes } from './echoes.ts';
import { Memory, type SavedMemory } from './memory.ts';
import { arrivalClass, Rates, type SavedRates } from './rates.ts';
import type { SourceState } from './remembered.ts';
import { Roster, type SavedRoster } from './roster.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';
import { type SavedTurns, Turns } from './turns.ts';

/** Nothing came for so long: it is over. */
export const OVER_DAYS = 3;
const OVER_GAPS = 40;

export interface SavedWatch {
  readonly memory: SavedMemory;
  readonly turns: SavedTurns;
  readonly rates: SavedRates;
  readonly echoes: SavedEchoes;
  readonly roster: SavedRoster;
}

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

  save(numbers: StateNumbers): SavedWatch {
    return {
      memory: this.memory.save(numbers),
      turns: this.turns.save(numbers),
      rates: this.rates.save(),
      echoes: this.echoes.save(numbers),
      roster: this.roster.save(numbers),
    };
  }

  restore(saved: SavedWatch, states: States): void {
    this.memory.restore(saved.memory, states);
    this.turns.restore(saved.turns, states);
    this.rates.restore(saved.rates);
    this.echoes.restore(saved.echoes, states);
    this.roster.restore(saved.roster, states);
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
