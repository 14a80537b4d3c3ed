/**
 * Each kind of evidence as one plain sentence for a tired administrator: what was seen, and what chance would have
 * made of it. No statistics: the bits stand beside the sentence, not in it.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { Evidence } from '../model/detection.ts';
import { counted, duration, figure, hostText, percent, thousands, userText } from './wording.ts';

export function evidenceSentence(evidence: Evidence, table: AttemptTable): string {
  switch (evidence.kind) {
    case 'names-in-turn':
      return namesSentence(evidence, table);
    case 'rate-change':
      return rateSentence(evidence, table);
    case 'order': {
      const order = evidence.direction === 'alphabetical' ? 'alphabetical' : 'reverse alphabetical';
      return (
        `${thousands(evidence.inOrder)} of ${counted(evidence.names, 'name')} came in ${order} order, from ` +
        `different sources; by chance it would have been about ${thousands(evidence.inOrderExpected)}.`
      );
    }
    case 'pace':
      return (
        `Another source came every ${duration(evidence.medianGapSeconds)}, give or take ` +
        `${duration(evidence.spreadSeconds)}; had they known nothing of each other, it would have been give or take ` +
        `${duration(evidence.spreadSecondsExpected)}.`
      );
    case 'root-share':
      return (
        `Of ${counted(evidence.newcomers, 'quiet source')} that had not been seen before, ` +
        `${thousands(evidence.sources)} (${percent(evidence.sources / evidence.newcomers)}) tried ` +
        `${userText(table.users[evidence.user] ?? '')} and nothing else; on other hosts ` +
        `${percent(evidence.usualShare)} do. This log has no time without them to compare with.`
      );
    case 'one-clock':
      return (
        `${counted(evidence.sources, 'source')} take turns at one slow clock: attempts of two of them ` +
        `${evidence.closeTogether < 1 ? 'never came' : `came only ${times(evidence.closeTogether)}`} within ` +
        `${duration(evidence.closeSeconds)} of each other, where chance would have made it ` +
        `${times(Math.round(evidence.closeTogetherExpected))}.`
      );
    case 'division-of-labour':
      return divisionSentence(evidence);
    case 'shared-list':
      return (
        `${counted(evidence.sources, 'source')} worked through the same list of ` +
        `${counted(evidence.names, 'name')}, having started within ${duration(evidence.startSpreadSeconds)} of ` +
        'each other; visitors that know nothing of each other do not start together.'
      );
    case 'one-network':
      return networkSentence(evidence);
    case 'across-sensors':
      return (
        `The same names were tried on ${counted(evidence.sensors, 'sensor')} by ` +
        `${counted(evidence.sources, 'source')}; a visitor on its own would have come to each from one address.`
      );
  }
}

type Of<Kind extends Evidence['kind']> = Extract<Evidence, { kind: Kind }>;

/** How many names went round, and the most telling of them as an example that can be counted in the log. */
function namesSentence(evidence: Of<'names-in-turn'>, table: AttemptTable): string {
  const example =
    `${userName(table, evidence.user)} was tried ${times(evidence.userAttempts)} by ` +
    `${counted(evidence.userSources, 'source')} within ${duration(evidence.userSeconds)}, where chance would have ` +
    `sent ${figure(evidence.userSourcesExpected)}.`;
  if (evidence.names < 2) return example;
  return `${counted(evidence.names, 'name')} went from source to source, each in its turn. For example, ${example}`;
}

/** Of the two things that the detector measured, those that speak (evidence.ts has the same bounds). */
function divisionSentence(evidence: Of<'division-of-labour'>): string {
  const { sameTries, sameTriesExpected, returns, soonReturns, soonReturnsExpected } = evidence;
  const sources = counted(evidence.sources, 'source');
  const tries = counted(evidence.triesPerSource, 'try', 'tries');
  const parts: string[] = [];
  const isClearlyMore = sameTries > 2 * sameTriesExpected || 1 - sameTries < (1 - sameTriesExpected) / 1.5;
  if (sameTries >= ALIKE && isClearlyMore)
    parts.push(
      `${percent(sameTries)} of the ${sources} made exactly ${tries} (by chance it would have been ` +
        `${percent(sameTriesExpected)})`,
    );
  if (2 * soonReturns < soonReturnsExpected && returns >= MANY_RETURNS) {
    const away =
      evidence.returnHours === null
        ? ''
        : `a source came back typically after ${duration(evidence.returnHours * 3600)}; `;
    parts.push(
      `${away}of ${counted(returns, 'return')} ${soonReturns < 1 ? 'none' : `only ${thousands(soonReturns)}`} came ` +
        `before others had had their turn, where chance would have made it ${thousands(soonReturnsExpected)}`,
    );
  }
  if (parts.length === 0) parts.push(`the ${sources} made about ${tries} each`);
  return `The work was shared out: ${parts.join('. And ')}.`;
}

/** A smaller share of the sources that are alike convinces nobody. */
const ALIKE = 0.2;
/** Of fewer returns nothing is concluded. */
const MANY_RETURNS = 20;

function networkSentence(evidence: Of<'one-network'>): string {
  const stand = `${counted(evidence.sources, 'source')} of one network, ${hostText(evidence.network)},`;
  if (2 * evidence.sourcesExpected > evidence.sources)
    return `${stand} came one after the other; neighbours that know nothing of each other come at any time.`;
  return (
    `${stand} came in one stretch of time, where chance would have brought ` +
    `${figure(evidence.sourcesExpected)} of them.`
  );
}

function rateSentence(evidence: Of<'rate-change'>, table: AttemptTable): string {
  // less than one a day is counted by the month: nobody can picture 0.2 sources
  const [days, unit] = evidence.perDay < 1 ? [30, 'month'] : [1, 'day'];
  const came = `New sources came at a rate of ${figure(evidence.perDay * days)} a ${unit}`;
  const rest = `at other times ${figure(evidence.perDayBefore * days)}`;
  switch (evidence.of) {
    case 'one-name': {
      const name = evidence.user === null ? 'one name' : userName(table, evidence.user, 'one name');
      return `${came} for ${name} alone; ${rest}.`;
    }
    case 'rare-names':
      return `${came}, with names that hardly anybody else tries; ${rest}.`;
    case 'new-sources':
      return `${came}; ${rest}.`;
  }
}

function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${thousands(n)} times`;
}

function userName(table: AttemptTable, user: number, otherwise = 'One name'): string {
  const name = user === 0 ? undefined : table.users[user];
  return name === undefined ? otherwise : userText(name);
}
