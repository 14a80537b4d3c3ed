import { describe, expect, it } from 'vitest';
import { everyEvidence, everything } from '../../tests/golden/examples.ts';
import type { Evidence } from '../model/detection.ts';
import { evidenceSentence } from './sentences.ts';

const { table } = everything().log;
const amanda = table.users.indexOf('amanda');
const root = table.users.indexOf('root');
const says = (evidence: Evidence) => evidenceSentence(evidence, table);

describe('each kind of evidence says what was seen, and what chance would have made of it', () => {
  const sentences = everyEvidence(amanda, root).map(says);
  it.each([
    'amanda was tried 13 times by 12 sources within 39 min, where chance would have sent 0.3. 27 names were taken in turn like this.',
    '27 of 28 names came in alphabetical order, from different sources; by chance it would have been about 9.',
    'The work was shared out: 71 % of the 60 sources made exactly 1 try (by chance it would have been 12 %), and a source came back only after 39 h.',
    'The attempts came every 2 h, give or take 2 min, from whichever source; between independent visitors it would have been give or take 85 min.',
    'Names that hardly anybody else tries were tried 410 times a day; before that 12.',
    '521 sources a day came that this log had never seen; before that 0.2.',
    'root was tried 683 times a day; before that not at all.',
    '6 sources worked through the same list of 400 names, having started within 110 s of each other; visitors that know nothing of each other do not start together.',
    '58 of its sources stand in one network, 203.0.113.0/24, where chance would have put 0.02.',
    'The same names were tried on 20 sensors by 300 sources; a visitor on its own would have come to each from one address.',
  ])('%s', (sentence) => expect(sentences).toContain(sentence));

  it('minds singular and plural, once and twice', () => {
    const one: Evidence = {
      kind: 'names-in-turn',
      bits: 1,
      user: amanda,
      userAttempts: 2,
      userSources: 1,
      userSeconds: 60,
      userSourcesExpected: 0,
      names: 1,
    };
    expect(says(one)).toBe(
      'amanda was tried twice by 1 source within 60 s, where chance would have sent none.',
    );
  });

  it('does without a name that the table does not have', () => {
    const rate: Evidence = {
      kind: 'rate-change',
      bits: 1,
      of: 'one-name',
      user: 99_999,
      perDay: 3,
      perDayBefore: 1,
    };
    expect(says(rate)).toBe('One name was tried 3 times a day; before that 1.');
  });

  it('says so when hardly any source came back', () => {
    const division: Evidence = {
      kind: 'division-of-labour',
      bits: 1,
      sources: 2000,
      triesPerSource: 1,
      returnHours: null,
      sameTries: 1,
      sameTriesExpected: 0.4,
    };
    expect(says(division)).toContain('and hardly any of them came back.');
  });
});
