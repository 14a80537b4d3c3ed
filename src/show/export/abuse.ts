/**
 * Letters to abuse desks: for each network one, as plain text, to be sent by hand or by the reporter's own ticket system. Who answers
 * for an address is not looked up (that would tell others whom we look at, and needs the network): the letter says which registry
 * knows.
 *
 * It is written for the person who reads hundreds of such letters a day: what happened and what is asked for first, then the
 * addresses with times, then how it can be checked.
 */
import { reportTime } from '../../explain/values.ts';
import { counted, listed } from '../../explain/wording.ts';
import { printable } from '../../model/printable.ts';
import { evidenceLines } from './evidence-lines.ts';
import type { Rendered, RenderOptions } from './format.ts';
import type { Handover } from './handover.ts';
import { byNetwork, type NetworkGroup } from './networks.ts';
import { reporterOf } from './reporter.ts';

/** RFC 5322 section 2.1.1 wants lines of at most 78 characters. */
const WIDTH = 76;
/** A line between two letters, which no letter has. */
const RULE = '='.repeat(WIDTH);

/** Errors: `Trouble` `wrong-call` without a reporter. */
export function renderAbuse(handover: Handover, options: RenderOptions): Rendered {
  const reporter = reporterOf(options);
  const pieces = function* () {
    let isFirst = true;
    for (const group of byNetwork(handover)) {
      if (!isFirst) yield `\n${RULE}\n\n`;
      isFirst = false;
      yield letter(group, handover, reporter);
    }
  };
  return { mediaType: 'text/plain', extension: '.txt', pieces: pieces() };
}

function letter(
  group: NetworkGroup,
  { site }: Handover,
  reporter: { readonly organisation: string; readonly email: string },
): string {
  const sources = group.participants.length;
  const campaigns = [...new Set(group.participants.map(({ campaign }) => campaign))];
  const attempts = group.participants.reduce((sum, { participant }) => sum + participant.attempts, 0);
  const all = campaigns.reduce((sum, { view }) => sum + view.row.participants, 0);
  const first = Math.min(...group.participants.map(({ participant }) => participant.firstSeen));
  const last = Math.max(...group.participants.map(({ participant }) => participant.lastSeen));
  const services = [...new Set(group.participants.flatMap(({ participant }) => participant.services))].sort();
  const gotIn = group.participants.filter(({ participant }) => participant.successes > 0);
  const [only] = group.participants;
  const whose = group.asn === null ? `the network of ${only?.participant.source ?? ''}` : `AS${group.asn}`;
  const named = group.network === null ? '' : ` (${printable(group.network, 100)})`;
  const it = sources === 1 ? 'it' : 'them';
  const body = [
    `To the abuse desk of ${whose}${named},`,
    `${counted(sources, 'address', 'addresses')} of your network took part in a distributed password guessing attack on our ` +
      `${listed(services, 3) || 'login service'}: ${counted(attempts, 'login attempt')} ${span(first, last)}. ` +
      `${counted(all, 'source')} shared one list of user names, each with so few attempts that no limit notices. Hosts that do this ` +
      'are nearly always compromised, and their owners may not know.',
    ...(gotIn.length === 0
      ? []
      : [
          `URGENT: ${listed(
            gotIn.map(({ participant }) => printable(participant.source, 64)),
            5,
          )} also logged in with a guessed password.`,
        ]),
    `Please have ${it} looked at, and stop the attempts. If one of these addresses is shared (NAT, VPN, Tor), we are glad to hear of it.`,
    ...(group.asn === null
      ? ['(We have no data on whose network this is: whois tells the abuse contact of the address.)']
      : []),
  ];
  const lines = group.participants.map(({ participant: one }) => {
    const place = one.place?.country == null ? '' : `, ${one.place.country}`;
    const sure = `${Math.min(99.9, Math.floor(one.confidence * 1000) / 10)} % sure`;
    const head = `${one.source}  ${counted(one.attempts, 'attempt')} ${span(one.firstSeen, one.lastSeen)}${place} (${sure})`;
    const samples = evidenceLines(one).map((line) => `    ${line}`);
    const rest = one.attempts + one.successes - samples.length;
    return [head, ...samples, ...(rest > 0 ? [`    and ${counted(rest, 'other')} like these`] : [])].join(
      '\n',
    );
  });
  return [
    `Subject: distributed password guessing from ${group.asn === null ? (only?.participant.source ?? '') : `AS${group.asn}`}`,
    `From: ${oneLine(reporter.organisation)} <${reporter.email}>`,
    '',
    ...body.flatMap((text) => [wrapped(text), '']),
    'Times are UTC, from our own logs:',
    '',
    lines.join('\n\n'),
    '',
    wrapped(
      `Found by slowbrute ${site.version}. Names in this letter are those that were guessed; what could be a mistyped password is ` +
        'left out. We answer questions: write to the address above.',
    ),
    '',
    oneLine(reporter.organisation),
    '',
  ].join('\n');
}

function span(first: number, last: number): string {
  return last <= first ? `at ${reportTime(first)}` : `from ${reportTime(first)} to ${reportTime(last)}`;
}

/** A line of a header stays one (RFC 5322 section 2.2). */
function oneLine(text: string): string {
  return printable(text, 200);
}

function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
