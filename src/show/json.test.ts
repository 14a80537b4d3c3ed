import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyLog, everything, hostile, noCampaign } from '../../tests/golden/examples.ts';
import { buildReport } from '../explain/report.ts';
import { reportSchema } from '../explain/schema.ts';
import { renderJson } from './json.ts';

describe('the JSON report', () => {
  const report = buildReport(everything().log, everything().detection);
  const text = renderJson(report);

  it('is one document that reads back as the report', () => {
    expect(JSON.parse(text)).toEqual(report);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('is the same to the byte as the golden one', async () => {
    await expect(text).toMatchFileSnapshot('../../tests/golden/everything.json');
  });

  it.each([
    ['everything', everything()],
    ['no campaign', noCampaign()],
    ['an empty log', emptyLog()],
  ])('of %s is what the schema says', (_, { log, detection }) => {
    const document: unknown = JSON.parse(renderJson(buildReport(log, detection)));
    expect(reportSchema.safeParse(document).error?.issues ?? []).toEqual([]);
  });

  it("keeps the log's own text, whatever it is, and lets none of it act on a terminal", () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(texts, (names) => {
        const { log, detection } = hostile(names);
        const json = renderJson(buildReport(log, detection));
        expect(json).not.toMatch(
          /[\p{Cs}\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u,
        );
        const read = reportSchema.parse(JSON.parse(json));
        expect(read.campaigns[0]!.participants.map((one) => one.source).sort()).toEqual(
          [...new Set(log.table.sources)].map((name) => name.replace(/\p{Cs}/gu, '\ufffd')).sort(),
        );
      }),
    );
  });

  it('writes a lone surrogate as U+FFFD, which every reader of JSON takes', () => {
    const { log, detection } = hostile(['a\ud800b']);
    const json = renderJson(buildReport(log, detection));
    expect(json).toContain('"a\ufffdb"');
    expect(json).not.toMatch(/\\ud[89ab]/i);
  });
});
