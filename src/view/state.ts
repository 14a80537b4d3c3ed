/** How a site is, in one word and a sentence or three. Texts of a log in them are printable. */
import { counted, thousands } from '../explain/wording.ts';
import { printable } from '../model/printable.ts';
import { DAY, isoTime } from '../model/time.ts';
import type { CampaignRow, Compromise, Overview } from './site.ts';

/**
 * For so long after its campaign was last seen, an account that a participant got into is what the page says first: whoever has not
 * looked for a month does not look. At half of it a holiday would hide it; at twice, what was cleaned up long ago is still red.
 */
const RECENT = 30 * DAY;

type State = Overview['state'];

/** The worst that is so at `now`. */
export function stateOf(campaigns: readonly CampaignRow[], now: number): State {
  if (campaigns.some((one) => one.compromised > 0 && (one.isOngoing || now - one.lastSeen <= RECENT)))
    return 'compromised';
  if (campaigns.some((one) => one.isOngoing)) return 'ongoing';
  return campaigns.length > 0 ? 'over' : 'quiet';
}

export interface StateFacts {
  readonly state: State;
  readonly campaigns: readonly CampaignRow[];
  readonly compromised: readonly Compromise[];
  readonly totals: Pick<Overview['totals'], 'failures' | 'sources'>;
}

/** Is anything going on, since when, did anyone get in. */
export function stateSays({ state, campaigns, compromised, totals }: StateFacts): readonly string[] {
  const tried = `${counted(totals.failures, 'failed attempt')} by ${counted(totals.sources, 'source')}`;
  const ongoing = campaigns.filter(({ isOngoing }) => isOngoing);
  switch (state) {
    case 'quiet':
      return totals.failures === 0
        ? ['No failed attempt is known.']
        : [`No coordinated guessing was found in ${tried}.`];
    case 'over':
      return [`${overText(campaigns)} None goes on now.`, noneGotIn(compromised)];
    case 'ongoing':
      return [ongoingText(ongoing), noneGotIn(compromised)];
    case 'compromised':
      return [gotIn(compromised), ongoing.length > 0 ? ongoingText(ongoing) : overText(campaigns)];
  }
}

function ongoingText(ongoing: readonly CampaignRow[]): string {
  const since = Math.min(...ongoing.map(({ firstSeen }) => firstSeen));
  const attempts = ongoing.reduce((sum, one) => sum + one.attempts, 0);
  const participants = ongoing.reduce((sum, one) => sum + one.participants, 0);
  return (
    `${counted(ongoing.length, 'campaign')} ${ongoing.length === 1 ? 'goes' : 'go'} on since ${isoTime(since).slice(0, 10)}: ` +
    `${counted(attempts, 'attempt')} by ${counted(participants, 'participant')} so far.`
  );
}

function overText(campaigns: readonly CampaignRow[]): string {
  const first = dayOf(Math.min(...campaigns.map(({ firstSeen }) => firstSeen)));
  const last = dayOf(Math.max(...campaigns.map(({ lastSeen }) => lastSeen)));
  const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
  return `${counted(campaigns.length, 'campaign')} ${campaigns.length === 1 ? 'was' : 'were'} found, ${when}.`;
}

function noneGotIn(compromised: readonly Compromise[]): string {
  return compromised.length === 0
    ? 'No participant is known to have logged in.'
    : `Participants logged in ${compromised.length === 1 ? 'once' : `${thousands(compromised.length)} times`}, the last time on ${isoTime(compromised[0]!.time).slice(0, 10)}.`;
}

const dayOf = (time: number): string => isoTime(time).slice(0, 10);
const minuteOf = (time: number): string => isoTime(time).slice(0, 16).replace('T', ' ');

/** `compromised`: the newest first, at least one. */
function gotIn(compromised: readonly Compromise[]): string {
  const last = compromised[0];
  if (last === undefined) return 'A participant has logged in.';
  const others = compromised.length - 1;
  return (
    `A participant got in: ${printable(last.source, 80)} logged in as ${printable(last.user, 40)} at ${printable(last.sensor, 60)} ` +
    `on ${minuteOf(last.time)} UTC${others === 0 ? '' : `; ${others === 1 ? 'one more such login' : `${thousands(others)} more such logins`} before`}.`
  );
}
