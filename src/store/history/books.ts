/**
 * Everything but the attempts themselves, in memory: sources, campaigns, events, blocks, states. The engines without a
 * database (memory.ts, file.ts) keep it so. A commit is applied whole or, where it is refused, not at all.
 */
import type {
  BlockQuery,
  CampaignHistory,
  Commit,
  Person,
  SourceHistory,
  StoredAttempt,
  StoredBlock,
  StoredEvent,
} from '../history.ts';
import { blockIdOf, blockMatches, changedBlock } from './block-record.ts';
import { campaignHistory, OpenCampaigns } from './campaign-record.ts';
import { NO_PROGRESS, type Progress, progressAfter, stepsOf } from './commit.ts';
import {
  type Amendable,
  addAttempt,
  amendAttempt,
  byLogin,
  newSource,
  type SourceRecord,
  sourceHistory,
} from './source-record.ts';

export class Books {
  progress: Progress = NO_PROGRESS;
  readonly sources = new Map<string, SourceRecord>();
  readonly campaigns = new OpenCampaigns();
  readonly events: StoredEvent[] = [];
  readonly blocks = new Map<number, StoredBlock>();
  readonly states = new Map<string, string>();

  /** What `commit` does to blocks. Errors: bugs of the caller; nothing has changed then. */
  checkBlocks(commit: Commit): Map<number, StoredBlock> {
    const changed = new Map<number, StoredBlock>();
    for (const change of commit.blocks) {
      const id = blockIdOf(change);
      changed.set(id, changedBlock(changed.get(id) ?? this.blocks.get(id), change));
    }
    return changed;
  }

  /** Applies a normal commit that was checked; returns its attempts with the texts that are kept. */
  apply(commit: Commit, blocks: ReadonlyMap<number, StoredBlock>): StoredAttempt[] {
    const kept: StoredAttempt[] = [];
    for (const step of stepsOf(commit)) {
      if (step.kind === 'event') {
        this.events.push(step.event);
        this.campaigns.event(step.event.event);
        continue;
      }
      const { attempt } = step;
      let record = this.sources.get(attempt.source);
      if (record === undefined) {
        record = newSource(attempt.source);
        this.sources.set(attempt.source, record);
      }
      kept.push({ ...attempt, text: addAttempt(record, attempt) });
      if (!attempt.success) this.campaigns.failure(attempt.source, attempt.time);
    }
    this.campaigns.settle('keep ended');
    for (const [id, block] of blocks) this.blocks.set(id, block);
    for (const [name, value] of Object.entries(commit.states)) {
      if (value === null) this.states.delete(name);
      else this.states.set(name, value);
    }
    this.progress = progressAfter(commit, this.progress);
    return kept;
  }

  amend(source: string, before: Amendable, after: Amendable): void {
    const record = this.sources.get(source);
    if (record !== undefined) amendAttempt(record, before, after);
  }

  *eventsOf(query: { after?: number; since?: number; limit?: number }): Generator<StoredEvent> {
    const { after = 0, since = Number.NEGATIVE_INFINITY, limit = Number.POSITIVE_INFINITY } = query;
    let told = 0;
    for (let i = firstAfter(this.events, after); i < this.events.length && told < limit; i++) {
      const event = this.events[i]!;
      if (Math.floor(event.event.time) < since) continue;
      told++;
      yield structuredClone(event);
    }
  }

  source(source: string): SourceHistory | null {
    const record = this.sources.get(source);
    return record === undefined ? null : sourceHistory(record);
  }

  people(): Person[] {
    const people: Person[] = [];
    for (const { source, lastSuccess } of this.sources.values())
      if (lastSuccess !== null) people.push({ source, lastSuccess });
    return people.sort(byLogin);
  }

  campaign(id: string): CampaignHistory | null {
    const record = this.campaigns.records.get(id);
    return record === undefined ? null : campaignHistory(record);
  }

  campaignsOf(query: { id?: string; since?: number; until?: number; limit?: number }): CampaignHistory[] {
    const { id, since, until, limit } = query;
    return [...this.campaigns.records.values()]
      .filter(
        ({ head }) =>
          (id === undefined || head.id === id) &&
          (since === undefined || Math.floor(head.lastSeen) >= since) &&
          (until === undefined || Math.floor(head.firstSeen) < until),
      )
      .reverse()
      .slice(0, limit)
      .map(campaignHistory);
  }

  blocksOf(query: BlockQuery): StoredBlock[] {
    return [...this.blocks.values()]
      .filter((block) => blockMatches(block, query))
      .sort((a, b) => b.id - a.id)
      .slice(0, query.limit)
      .map((block) => structuredClone(block));
  }
}

/** Index of the first event of an attempt after `seq`. */
function firstAfter(events: readonly StoredEvent[], seq: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
