/**
 * Participants as a list: addresses for a firewall to fetch, rows for a spreadsheet, JSON for a program. The feed of `serve` is made
 * of the same rows.
 */
import { reportConfidence, reportTime, wellFormed } from '../../explain/values.ts';
import { printable } from '../../model/printable.ts';
import type { ParticipantView } from '../../view/site.ts';
import { csvLine } from './csv.ts';
import { jsonList, type Rendered } from './format.ts';
import type { Handover } from './handover.ts';
import { isAddress } from './source-kind.ts';

/** A participant and its campaign: what `Site.participants` gives. */
export type ListedParticipant = ParticipantView & { readonly campaign: string };

const COLUMNS = [
  'source',
  'campaign',
  'confidence',
  'attempts',
  'firstSeen',
  'lastSeen',
  'country',
  'asn',
  'network',
] as const;

/**
 * One address a line, each once, nothing else: what ipset(8), nft(8) and firewalls read. Host names are left out, as a firewall that
 * looked them up would let whoever owns the name say what is blocked.
 */
export function* listText(participants: Iterable<ListedParticipant>): Generator<string> {
  const seen = new Set<string>();
  for (const { source } of participants) {
    if (!isAddress(source) || seen.has(source)) continue;
    seen.add(source);
    yield `${source}\n`;
  }
}

export function* listCsv(participants: Iterable<ListedParticipant>): Generator<string> {
  yield csvLine(COLUMNS);
  for (const one of participants) {
    const row = listRow(one);
    yield csvLine(COLUMNS.map((column) => row[column]));
  }
}

export function* listJson(participants: Iterable<ListedParticipant>): Generator<string> {
  const rows = function* () {
    for (const one of participants) yield listRow(one);
  };
  yield* jsonList('{"schema":"slowbrute.participants/1","participants":[', rows(), ']}\n');
}

export function listRow(one: ListedParticipant) {
  return {
    source: printable(wellFormed(one.source), 255),
    campaign: one.campaign,
    confidence: reportConfidence(one.confidence),
    attempts: one.attempts,
    firstSeen: reportTime(one.firstSeen),
    lastSeen: reportTime(one.lastSeen),
    country: one.place?.country ?? null,
    asn: one.place?.asn ?? null,
    network: one.place?.network == null ? null : printable(wellFormed(one.place.network), 200),
  };
}

export function renderListText(handover: Handover): Rendered {
  return { mediaType: 'text/plain', extension: '.txt', pieces: listText(listed(handover)) };
}

export function renderListCsv(handover: Handover): Rendered {
  return { mediaType: 'text/csv', extension: '.csv', pieces: listCsv(listed(handover)) };
}

export function renderListJson(handover: Handover): Rendered {
  return { mediaType: 'application/json', extension: '.json', pieces: listJson(listed(handover)) };
}

function* listed({ campaigns }: Handover): Generator<ListedParticipant> {
  for (const { view, participants } of campaigns)
    for (const one of participants) yield { ...one, campaign: view.row.id };
}
