/**
 * Each kind of evidence as one plain sentence for a tired administrator: what was seen, and what chance would have
 * made of it. No statistics: the bits stand beside the sentence, not in it.
 */
import type { AttemptTable } from '../model/attempt.ts';
import type { Evidence } from '../model/detection.ts';
import { counted, duration, figure, hostText, percent, thousands, userText } from './wording.ts';

export function evidenceSentence(evidence: Evidence, table: AttemptTable): string {
  switch (evidence.kind) {
    case 'names-in-turn': {
      const many =
        evidence.names > 1 ? ` ${counted(evidence.names, 'name')} were taken in turn like this.` : '';
      return (
        `${userName(table, evidence.user)} was tried ${times(evidence.userAttempts)} by ` +
        `${counted(evidence.userSources, 'source')} within ${duration(evidence.userSeconds)}, ` +
        `where chance would have sent ${figure(evidence.userSourcesExpected)}.${many}`
      );
    }
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
        `The attempts came every ${duration(evidence.medianGapSeconds)}, give or take ` +
        `${duration(evidence.spreadSeconds)}, from whichever source; between independent visitors it would have ` +
        `been give or take ${duration(evidence.spreadSecondsExpected)}.`
      );
    case 'division-of-labour': {
      const back =
        evidence.returnHours === null
          ? 'hardly any of them came back'
          : `a source came back only after ${duration(evidence.returnHours * 3600)}`;
      return (
        `The work was shared out: ${percent(evidence.sameTries)} of the ${counted(evidence.sources, 'source')} made ` +
        `exactly ${counted(evidence.triesPerSource, 'try', 'tries')} (by chance it would have been ` +
        `${percent(evidence.sameTriesExpected)}), and ${back}.`
      );
    }
    case 'shared-list':
      return (
        `${counted(evidence.sources, 'source')} worked through the same list of ` +
        `${counted(evidence.names, 'name')}, having started within ${duration(evidence.startSpreadSeconds)} of ` +
        'each other; visitors that know nothing of each other do not start together.'
      );
    case 'one-network':
      return (
        `${thousands(evidence.sources)} of its sources stand in one network, ${hostText(evidence.network)}, where ` +
        `chance would have put ${figure(evidence.sourcesExpected)}.`
      );
    case 'across-sensors':
      return (
        `The same names were tried on ${counted(evidence.sensors, 'sensor')} by ` +
        `${counted(evidence.sources, 'source')}; a visitor on its own would have come to each from one address.`
      );
  }
}

function rateSentence(evidence: Extract<Evidence, { kind: 'rate-change' }>, table: AttemptTable): string {
  const now = figure(evidence.perDay);
  const before =
    evidence.perDayBefore > 0 ? `before that ${figure(evidence.perDayBefore)}` : 'before that not at all';
  switch (evidence.of) {
    case 'one-name': {
      const name = evidence.user === null ? 'One name' : userName(table, evidence.user);
      return `${name} was tried ${now} times a day; ${before}.`;
    }
    case 'rare-names':
      return `Names that hardly anybody else tries were tried ${now} times a day; ${before}.`;
    case 'new-sources':
      return `${now} sources a day came that this log had never seen; ${before}.`;
  }
}

function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${thousands(n)} times`;
}

function userName(table: AttemptTable, user: number): string {
  const name = user === 0 ? undefined : table.users[user];
  return name === undefined ? 'One name' : userText(name);
}
