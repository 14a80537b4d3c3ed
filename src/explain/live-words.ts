/**
 * What a campaign was opened by, in a few words: live detection says the kind of evidence and its bits, and no more,
 * because the sentences of a report (sentences.ts) need figures of the whole campaign, which is only beginning.
 */
import type { EvidenceKind } from '../model/detection.ts';

const WORDS: Readonly<Record<EvidenceKind, string>> = {
  'names-in-turn': 'names go from source to source',
  'rate-change': 'more new sources than before',
  order: 'names in order, from different sources',
  pace: 'an even pace across sources',
  'division-of-labour': 'sources that share the work',
  'one-clock': 'sources that take turns at one clock',
  'shared-list': 'sources that start one list together',
  'one-network': 'addresses of one network in turn',
  'root-share': 'root alone from far more sources than anywhere else',
  'across-sensors': 'names tried across sensors by different sources',
};

/** A phrase without a full stop, e.g. `names go from source to source`. */
export function byWords(kind: EvidenceKind): string {
  return WORDS[kind];
}
