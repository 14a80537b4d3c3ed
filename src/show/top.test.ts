// One screen of how it is: what matters first, never more lines or columns than the terminal has, and hostile text stays text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Example, everything, hostile, noCampaign } from '../../tests/golden/examples.ts';
import { buildReport } from '../explain/report.ts';
import { ofLog } from '../view/of-log.ts';
import type { AttemptRow } from '../view/site.ts';
import { renderTop, type TopLook } from './top.ts';
import { displayWidth } from './width.ts';

const LOOK: TopLook = {
  width: 80,
  lines: 24,
  colour: false,
  unicode: true,
  all: false,
  order: 'last seen',
  isPaused: false,
  hasKeys: true,
};

async function shown({ log, detection }: Example, look: Partial<TopLook> = {}): Promise<string[]> {
  const report = buildReport(log, detection);
  const site = ofLog({ name: 'auth.log', version: '1', table: log.table, detection, report });
  const attempts: AttemptRow[] = [];
  for await (const one of site.attempts({ newestFirst: true, limit: 40 })) attempts.push(one);
  const facts = { overview: await site.overview({}), attempts, lastHour: 3, lastDay: 71 };
  return renderTop(facts, { ...LOOK, ...look })
    .trimEnd()
    .split('\n');
}

describe('top', () => {
  it('says first whether somebody got in, then campaigns, then the last attempts, and keys last', async () => {
    const lines = await shown(everything());
    expect(lines[1]).toMatch(/^A participant got in: 203\.0\.113\.12 logged in as backup/);
    const at = (what: RegExp) => lines.findIndex((line) => what.test(line));
    expect(at(/^campaign +state +attempts/)).toBeGreaterThan(0);
    expect(at(/^c1 /)).toBeGreaterThan(at(/^campaign/));
    expect(at(/^last attempts/)).toBeGreaterThan(at(/^c1 /));
    expect(lines.at(-1)).toMatch(/^q quit {2}p pause/);
  });
  it('orders campaigns as it is asked, those that go on first', async () => {
    const ids = async (order: TopLook['order']) =>
      (await shown(everything(), { order })).flatMap((line) => /^(c\d+) /.exec(line)?.[1] ?? []);
    expect(await ids('first seen')).toHaveLength(2);
    expect((await ids('attempts'))[0]).toBe('c1');
  });
  it('of a quiet site is quiet', async () => {
    const lines = await shown(noCampaign());
    expect(lines[1]).toMatch(/No coordinated guessing was found/);
    expect(lines).toContain('no campaign');
  });
  it('never is larger than the terminal, whatever stands in the log', async () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.integer({ min: 20, max: 120 }),
        fc.integer({ min: 3, max: 40 }),
        fc.boolean(),
        async (all, width, lines, unicode) => {
          const screen = await shown(hostile(['\u001b[2J', '\u202e', ...all]), { width, lines, unicode });
          expect(screen.length).toBeLessThanOrEqual(lines);
          for (const line of screen) {
            expect(displayWidth(line)).toBeLessThanOrEqual(width);
            expect(line).not.toMatch(/\p{Cc}|\p{Cf}/u);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
