// docs/evidence.md has a section for each kind of evidence that there is, and none for another; each says what it must.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './documents.ts';

/** Of the schema of the report, which the type is held against: the only list of kinds with this one in it. */
const EVIDENCE_KINDS = JSON.parse(
  /\[[^[\]]*"names-in-turn"[^[\]]*\]/.exec(readFileSync(join(ROOT, 'schema/report.schema.json'), 'utf8'))![0],
) as string[];

const text = readFileSync(join(ROOT, 'docs/evidence.md'), 'utf8');
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

describe('docs/evidence.md', () => {
  it('has a section for each kind of evidence, and a row in its table', () => {
    expect([...sections.keys()].sort()).toEqual([...EVIDENCE_KINDS].sort());
    for (const kind of EVIDENCE_KINDS) expect(text).toContain(`| [${kind}](#${kind}) |`);
  });

  it.each([...sections])(
    'says of %s what it sees, its null model and formula, where it is wrong, and what it misses',
    (_, section) => {
      for (const word of ['**Sees**', '**Null model.**', '**Formula.**', '**Misses**'])
        expect(section).toContain(word);
      expect(section).toMatch(/\*\*Wrong\*\*|\*\*Supports only\*\*/);
      expect(section).toMatch(/^\*[^*]+\*$/m); // a sentence as the report has it
    },
  );
});
