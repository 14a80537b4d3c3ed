import { describe, expect, it } from 'vitest';
import { MONDAY, strangers, type Try, tableOf, visitorsOf } from '../../tests/detect/attempts.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { seededRandom } from '../model/random.ts';
import { DAY, HOUR } from '../model/time.ts';
import { findNetworks, networkOf } from './network.ts';

/** Independent visitors for three weeks; 40 of them come once each from the other two documentation networks. */
function background(seed: number): Try[] {
  const random = seededRandom(seed);
  const neighbours = Array.from({ length: 40 }, (_, i) => ({
    time: Math.floor(MONDAY + random.next() * 21 * DAY),
    source: `${i % 2 ? '198.51.100' : '203.0.113'}.${1 + random.below(250)}`,
    user: `name${i}`,
  }));
  return [...strangers(random, 300, 21 * DAY, 300, 762), ...neighbours];
}

/** Addresses of 192.0.2.0/24, three different names each, from `start` hours on, one every `gap` hours. */
function handOff(
  count: number,
  start: number,
  gap: number,
  addressOf = (i: number) => `192.0.2.${10 + i}`,
): Try[] {
  return Array.from({ length: count * 3 }, (_, i) => {
    const s = Math.floor(i / 3);
    return {
      time: Math.floor(MONDAY + (start + s * gap) * HOUR + (i % 3) * 700),
      source: addressOf(s),
      user: `own${i}`,
    };
  });
}

function networksIn(tries: readonly Try[], taken = new Set<number>()) {
  const table = tableOf(tries);
  return findNetworks(table, visitorsOf(table), taken, DEFAULT_DETECT_OPTIONS);
}

describe('the network of a source', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2::5', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8::/48'],
    ['c.host.example', undefined],
    ['', undefined],
  ])('of %j is %s', (source, network) => {
    expect(networkOf(source)).toBe(network);
  });
});

describe('one network’s addresses in turn', () => {
  it('are a campaign where they come in one stretch, in the order of their addresses', () => {
    const found = networksIn([...background(1), ...handOff(20, 200, 2)]);
    expect(found).toHaveLength(1);
    expect(found[0]!.probability.size).toBe(20);
    expect(found[0]!.evidence).toMatchObject([{ kind: 'one-network', network: '192.0.2.0/24', sources: 20 }]);
    expect(found[0]!.falseAlarm).toBeLessThan(1e-6);
  });

  it('are a campaign in one stretch alone, in any order', () => {
    const found = networksIn([
      ...background(2),
      ...handOff(25, 200, 1, (i) => `192.0.2.${1 + ((i * 37) % 251)}`),
    ]);
    expect(found).toHaveLength(1);
  });

  it('are none where a busy network sends its visitors at all times, over 20 seeds', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const busy = Array.from({ length: 60 }, (_, i) => ({
        time: Math.floor(MONDAY + random.next() * 21 * DAY),
        source: `192.0.2.${1 + random.below(250)}`,
        user: `own${i}`,
      }));
      expect(networksIn([...background(seed), ...busy])).toEqual([]);
    }
  });

  it('are none where the network’s visitors return for weeks: first visits crowd at the beginning', () => {
    for (let seed = 0; seed < 10; seed++) {
      const random = seededRandom(seed);
      const returning = Array.from({ length: 40 * 8 }, (_, i) => ({
        time: Math.floor(MONDAY + random.next() * 21 * DAY),
        source: `192.0.2.${1 + (i % 40)}`,
        user: `own${i}`,
      }));
      expect(networksIn([...background(seed), ...returning])).toEqual([]);
    }
  });

  it.each([
    ['IPv4, past .99', (i: number) => `192.0.2.${90 + i}`],
    ['IPv6, past ::f', (i: number) => `2001:db8:1::${(5 + i).toString(16)}`],
    ['IPv6, in subnets', (i: number) => `2001:db8:1:${(5 + i).toString(16)}::1`],
  ])('come in the order of their addresses as numbers, not as text: %s', (_what, addressOf) => {
    // one a day: the stretch says nothing, the order all
    const found = networksIn([...background(1), ...handOff(20, 12, 24, addressOf)]);
    expect(found).toHaveLength(1);
    expect(found[0]!.probability.size).toBe(20);
  });

  it('are none of five addresses, and none that another finding has', () => {
    expect(networksIn([...background(3), ...handOff(5, 200, 1)])).toEqual([]);
    const tries = [...background(3), ...handOff(20, 200, 2)];
    const table = tableOf(tries);
    const taken = new Set(table.sources.flatMap((text, s) => (text.startsWith('192.0.2.') ? [s] : [])));
    expect(networksIn(tries, taken)).toEqual([]);
  });

  it('are none where they are the house’s own machines with an expired password', () => {
    const machines = handOff(20, 200, 0.5).map((one) => ({ ...one, user: 'collector', known: true }));
    const login = { time: MONDAY, source: '198.51.100.251', user: 'collector', success: true, known: true };
    expect(networksIn([login, ...background(4), ...machines])).toEqual([]);
  });

  it('are none in an empty log', () => {
    expect(networksIn([])).toEqual([]);
  });
});
