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
    '27 names went from source to source, each in its turn. For example, amanda was tried 13 times by 12 sources within 39 min, where chance would have sent 0.3.',
    '27 of 28 names came in alphabetical order, from different sources; by chance it would have been about 9.',
    'The work was shared out: 71 % of the 60 sources made exactly 1 try (by chance it would have been 12 %). And a source came back typically after 39 h; of 114 returns only 1 came before others had had their turn, where chance would have made it 9.',
    'Another source came every 2 h, give or take 2 min; had they known nothing of each other, it would have been give or take 85 min.',
    'New sources came at a rate of 410 a day, with names that hardly anybody else tries; at other times 12.',
    'New sources came at a rate of 521 a day; at other times 0.2.',
    'New sources came at a rate of 683 a day for root alone; at other times none.',
    '6 sources worked through the same list of 400 names, having started within 110 s of each other; visitors that know nothing of each other do not start together.',
    '3 sources take turns at one slow clock: attempts of two of them came only twice within 4 min of each other, where chance would have made it 412 times.',
    '58 sources of one network, 203.0.113.0/24, came in one stretch of time, where chance would have brought 0.02 of them.',
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
    expect(says(rate)).toBe('New sources came at a rate of 3 a day for one name alone; at other times 1.');
  });

  const division = (figures: Partial<Extract<Evidence, { kind: 'division-of-labour' }>>) =>
    says({
      kind: 'division-of-labour',
      bits: 9,
      sources: 837,
      triesPerSource: 18,
      returnHours: 19,
      sameTries: 0.04,
      sameTriesExpected: 0.33,
      returns: 15_890,
      soonReturns: 0,
      soonReturnsExpected: 60,
      ...figures,
    });

  it('does not speak of equal tries where chance makes as many, but of who stayed away', () => {
    expect(division({})).toBe(
      'The work was shared out: a source came back typically after 19 h; of 15,890 returns none came before others had had their turn, where chance would have made it 60.',
    );
  });

  it('does not speak of staying away where hardly any source came back, but of equal tries', () => {
    const few = {
      sameTries: 1,
      sameTriesExpected: 0.4,
      returns: 2,
      soonReturnsExpected: 4,
      returnHours: null,
    };
    expect(division({ ...few, triesPerSource: 1 })).toBe(
      'The work was shared out: 100 % of the 837 sources made exactly 1 try (by chance it would have been 40 %).',
    );
  });

  it('does not call two minutes a long absence', () => {
    const said = division({ sameTries: 0.7, soonReturns: 14_000, returnHours: 0.03 });
    expect(said).not.toContain('came back');
  });

  it('counts by the month what is less than one a day', () => {
    const rare: Evidence = {
      kind: 'rate-change',
      bits: 9,
      of: 'rare-names',
      user: null,
      perDay: 0.4,
      perDayBefore: 0.02,
    };
    expect(says(rare)).toBe(
      'New sources came at a rate of 12 a month, with names that hardly anybody else tries; at other times 0.6.',
    );
  });

  it('says of a clock that was kept without a slip that attempts never met', () => {
    const clock: Evidence = {
      kind: 'one-clock',
      bits: 900,
      sources: 3,
      closeSeconds: 210,
      closeTogether: 0,
      closeTogetherExpected: 1132.2,
    };
    expect(says(clock)).toBe(
      '3 sources take turns at one slow clock: attempts of two of them never came within 4 min of each other, where chance would have made it 1,132 times.',
    );
  });

  it('says of a network in order of its addresses only that', () => {
    const inOrder: Evidence = {
      kind: 'one-network',
      bits: 30,
      network: '2001:db8:1::/48',
      sources: 9,
      sourcesExpected: 9,
    };
    expect(says(inOrder)).toBe(
      '9 sources of one network, 2001:db8:1::/48, came one after the other; neighbours that know nothing of each other come at any time.',
    );
  });
});
