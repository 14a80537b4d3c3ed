/** A person's slip of the finger in the wrong hour is no participation (see withoutSlips in campaign.ts). */
import { FEWEST_PARTICIPANTS } from '../finding.ts';
import { isNearMiss } from '../near-miss.ts';
import type { Affair } from './affair.ts';
import type { Memory } from './memory.ts';
import type { SourceState } from './remembered.ts';

/** Shorter accounts are near to everything; where a rate alone speaks, nothing speaks against the nearness. */
const LEAST_LENGTH = { name: 4, rate: 3 } as const;
/** Who tries more names than this does not mistype one. */
const MOST_NAMES = 2;

/**
 * Whether a source tried nothing but names that are nearly an account which somebody logs in to, and nobody's turn. A rate
 * alone takes no name for anybody's turn: in a flood every name is tried by some.
 */
export function looksLikeSlip(
  affair: Affair,
  source: SourceState,
  memory: Memory,
  by: 'name' | 'rate',
): boolean {
  if (source.visits.length === 0 || source.visits.length > MOST_NAMES) return false;
  return source.visits.every((visit) => {
    const members = affair.membersOn(visit.name);
    if (by === 'name' && members >= FEWEST_PARTICIPANTS) return false;
    // the owner of an account that nobody has logged in to yet comes alone
    const own = visit.name.known && visit.name.text !== 'root' && members < FEWEST_PARTICIPANTS;
    if (by === 'rate' && own) return true;
    for (const account of memory.accounts) {
      if (account.text.length >= LEAST_LENGTH[by] && isNearMiss(visit.name.text, account.text)) return true;
    }
    return false;
  });
}
