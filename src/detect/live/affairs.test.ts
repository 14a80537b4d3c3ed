import { describe, expect, it } from 'vitest';
import {
  address,
  MONDAY,
  type Planted,
  planted,
  strangers,
  type Try,
} from '../../../tests/detect/attempts.ts';
import { DEFAULT_LIVE_OPTIONS, type LiveEvent } from '../../model/live.ts';
import { seededRandom } from '../../model/random.ts';
import { DAY, MINUTE } from '../../model/time.ts';
import type { Beginning } from './affair.ts';
import { Affairs } from './affairs.ts';
import { fitTo, pastOf } from './fits.ts';
import { mayBelong, type SourceState } from './remembered.ts';
import { Watch } from './watch.ts';

const CAMPAIGN: Planted = {
  sources: 24,
  names: 20,
  triesPerName: 5,
  gapSeconds: 12 * MINUTE,
  start: 6 * DAY,
};
const NOW = MONDAY + CAMPAIGN.start + 100 * CAMPAIGN.gapSeconds;

/** A week of strangers, at its end a campaign, which is opened as names in turn open one; then `later`. */
class Case {
  readonly watch = new Watch(DEFAULT_LIVE_OPTIONS);
  readonly affairs = new Affairs(this.watch);

  constructor(by: Beginning['by'] = 'names-in-turn') {
    const random = seededRandom(1);
    const log = [...strangers(random, 200, 6.5 * DAY, 400), ...planted(random, CAMPAIGN)];
    this.take(log.sort((a, b) => a.time - b.time));
    const from = MONDAY + CAMPAIGN.start;
    const beginning: Beginning = { from, bits: 20, by, share: 0.4, falseAlarm: 1e-4 };
    const past = pastOf(this.watch.memory, from, DEFAULT_LIVE_OPTIONS);
    const members = this.sources(Array.from({ length: 24 }, (_, i) => address(i)));
    const strength = new Map(members.map((source) => [source.index, 6]));
    const finding = fitTo(past, beginning, strength, null, new Set(), 'first');
    this.affairs.open(beginning, finding, past, new Set(members), NOW);
  }

  take(tries: readonly Try[]): void {
    for (const one of tries) {
      const { source, name } = this.watch.memory.take({
        time: one.time,
        source: one.source,
        user: one.user,
        sensor: 'host.example',
        success: one.success ?? false,
        known: null,
        method: 'password',
      });
      if (one.success !== true)
        this.watch.turns.visit(source, name!, one.time, (other) => mayBelong(other.source));
    }
  }

  sources(texts: readonly string[]): SourceState[] {
    return texts.map((text) => this.watch.memory.sources.get(text)!);
  }
}

const kinds = (events: readonly LiveEvent[]) => new Set(events.map(({ kind }) => kind));

describe('sources that have met while a campaign is going on', () => {
  it('are explained by it, if they go on with its list', () => {
    const one = new Case();
    one.watch.roster.events();
    // eight more sources, among the others, on the names that come next
    const next = { ...CAMPAIGN, sources: 32, names: 6, triesPerName: 8, start: NOW - MONDAY };
    const log = planted(seededRandom(2), { ...next, prefix: 'wordz' });
    one.take(log);
    const linked = new Set(one.sources(Array.from({ length: 8 }, (_, i) => address(24 + i))));
    expect(one.affairs.explains(linked, log.at(-1)!.time)).toBe(true);
    expect(kinds(one.watch.roster.events())).not.toContain('campaign:opened');
  });

  it('are not explained, if what they do came long before it, and are what they were', () => {
    const one = new Case();
    const early = one.sources(
      Array.from({ length: 40 }, (_, i) => address(300 + i)).filter((text) => {
        const source = one.watch.memory.sources.get(text);
        return source !== undefined && source.lastSeen < MONDAY + 4 * DAY;
      }),
    );
    const affair = one.affairs.all[0]!;
    const before = early.map((source) => affair.weight(source));
    expect(early.length).toBeGreaterThan(5);
    expect(one.affairs.explains(new Set(early), NOW)).toBe(false);
    early.forEach((source, i) => {
      expect(Math.abs(affair.weight(source) - before[i]!)).toBeLessThan(0.1);
    });
  });

  it('are never explained by a rate: a flood says nothing of who meets', () => {
    const one = new Case('rate-change');
    const members = new Set(one.sources(Array.from({ length: 24 }, (_, i) => address(i))));
    expect(one.affairs.explains(members, NOW)).toBe(false);
  });

  it('are not explained where nothing is going on', () => {
    const watch = new Watch(DEFAULT_LIVE_OPTIONS);
    expect(new Affairs(watch).explains(new Set(), MONDAY)).toBe(false);
  });
});

describe('a login while a campaign is going on', () => {
  const login = (source: string, user: string, time: number): Try => ({ source, user, time, success: true });
  /** Who is told as an intruder when the affair is fitted again. */
  function hits(tries: readonly Try[]): readonly string[] {
    const one = new Case();
    one.watch.roster.events();
    one.take(tries);
    one.affairs.refit(one.affairs.all[0]!, tries.at(-1)!.time);
    return one.watch.roster
      .events()
      .flatMap((event) => (event.kind === 'account:compromised' ? [event.source] : []));
  }

  it('is an intrusion by a participant', () => {
    expect(hits([login(address(3), 'word0019', NOW + 60)])).toEqual([address(3)]);
  });

  it('is none by a source that nothing links to it', () => {
    expect(hits([login('desk.example', 'carina', NOW + 60)])).toEqual([]);
  });
});
