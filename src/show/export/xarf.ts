/**
 * Abuse reports in X-ARF (XARF v4, https://xarf.org, type connection/login_attack): one for each participant, those of one network
 * together, as a JSON list. The schema wants whoever reports named with an address that answers, so without a reporter there is none.
 *
 * Version 4 is the current one (2025); its readers also take version 3, of which nothing is written any more.
 */
import { createHash } from 'node:crypto';
import { reportConfidence, reportTime, wellFormed } from '../../explain/values.ts';
import { counted, duration } from '../../explain/wording.ts';
import { printable } from '../../model/printable.ts';
import { evidenceLines } from './evidence-lines.ts';
import { jsonList, type Rendered, type RenderOptions } from './format.ts';
import type { HandedCampaign, HandedParticipant, Handover } from './handover.ts';
import { byNetwork } from './networks.ts';
import { domainOf, reporterOf } from './reporter.ts';
import { SLOWBRUTE_NAMESPACE, uuidOfName } from './uuid.ts';

/** Longest description that the schema takes. */
const LONGEST_DESCRIPTION = 1000;
/** Names told as what was tried: enough to recognise the list. */
const MOST_PATTERNS = 20;

/** Errors: `Trouble` `wrong-call` without a reporter. */
export function renderXarf(handover: Handover, options: RenderOptions): Rendered {
  const reporter = reporterOf(options);
  const contact = {
    org: printable(reporter.organisation, 200),
    contact: reporter.email,
    domain: domainOf(reporter.email),
  };
  const reports = function* () {
    for (const { participants } of byNetwork(handover))
      for (const { campaign, participant } of participants)
        yield report(handover, campaign, participant, contact);
  };
  return { mediaType: 'application/json', extension: '.json', pieces: jsonList('[', reports(), ']\n') };
}

function report(
  { site }: Handover,
  { view }: HandedCampaign,
  one: HandedParticipant,
  contact: { readonly org: string; readonly contact: string; readonly domain: string },
) {
  const lines = `${evidenceLines(one).join('\n')}\n`;
  const key = JSON.stringify([
    'xarf',
    [...site.sensors].sort(),
    view.row.id,
    view.row.firstSeen,
    one.source,
    one.lastSeen,
  ]);
  const service = one.services.length === 1 && one.services[0] === 'sshd' ? 'ssh' : one.services.join(', ');
  return {
    xarf_version: '4.0.0',
    report_id: uuidOfName(SLOWBRUTE_NAMESPACE, key),
    timestamp: reportTime(one.lastSeen),
    reporter: contact,
    sender: contact,
    source_identifier: one.source,
    category: 'connection',
    type: 'login_attack',
    evidence_source: 'automated_filter',
    confidence: reportConfidence(one.confidence),
    description: printable(wellFormed(descriptionOf(one, view.row.participants)), LONGEST_DESCRIPTION),
    protocol: 'tcp',
    first_seen: reportTime(one.firstSeen),
    last_seen: reportTime(one.lastSeen),
    ...(service === '' ? {} : { service: printable(service, 100) }),
    attempt_count: one.attempts,
    successful_logins: one.successes,
    username_patterns: one.names.slice(0, MOST_PATTERNS).map((name) => printable(name, 64)),
    attack_pattern: 'distributed_password_guessing',
    ...(one.place?.asn == null ? {} : { source_asn: one.place.asn }),
    ...(one.place?.country == null ? {} : { source_country: one.place.country }),
    evidence: [
      {
        content_type: 'text/plain',
        description: 'Attempts of this source, from our log; times in UTC',
        payload: Buffer.from(lines, 'utf8').toString('base64'),
        hash: `sha256:${createHash('sha256').update(lines).digest('hex')}`,
        size: Buffer.byteLength(lines),
      },
    ],
    tags: ['attack:brute-force', 'attack:distributed', 'detector:slowbrute'],
  };
}

function descriptionOf(one: HandedParticipant, sources: number): string {
  const length = duration(Math.max(1, one.lastSeen - one.firstSeen));
  const when = one.attempts === 1 ? '' : ` within ${length}`;
  return (
    `This address made ${counted(one.attempts, 'login attempt')}${when} as one of ${counted(sources, 'source')} that guess ` +
    `passwords from one list of names, each so seldom that no limit notices. Such hosts are usually compromised: their owners ` +
    `may not know.${one.successes > 0 ? ' IT HAS LOGGED IN with a guessed password.' : ''}`
  );
}
