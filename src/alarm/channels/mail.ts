/**
 * A message as mail: what both ways of sending it share. Headers and encodings are nodemailer's (RFC 5322, 2047, 2045),
 * which folds and encodes whatever stands in them; that a subject holds no line break is seen to before (subject.ts).
 * Mail on one campaign is one thread; `Auto-Submitted` keeps out-of-office replies away (RFC 3834).
 */
import type { MailDefaults } from 'nodemailer';
import { Trouble } from '../../model/error.ts';
import type { Message } from '../schema.ts';
import { wrapped } from '../wrap.ts';

export interface Addresses {
  /** `slowbrute@host.example` */
  readonly from: string;
  readonly to: readonly string[];
}

/** What an address may look like here: no display name, no quoting, nothing that is an option or another header. */
const ADDRESS =
  /^[\p{L}\p{N}._%+=~^{}|!#$&'*/?`-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,252}[\p{L}\p{N}])?$/u;

/** Throws `Trouble` (`bad-config`) where one of them is no mail address, or nobody is written to. */
export function checkAddresses({ from, to }: Addresses, name: string): void {
  if (to.length === 0)
    throw new Trouble('bad-config', `${name} has nobody to write to`, 'Name one or more: to.');
  const wrong = [from, ...to].find((one) => !ADDRESS.test(one) || one.startsWith('-'));
  if (wrong !== undefined)
    throw new Trouble(
      'bad-config',
      `${name}: ${wrong} is no mail address`,
      'Write it as user@host.example, alone.',
    );
}

export function mailOf(message: Message, { from, to }: Addresses, attachFacts: boolean): MailDefaults {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const thread = message.campaigns[0]?.id ?? message.items[0]?.kind.replace(/[^a-z]/g, '-') ?? 'news';
  const urgent = message.severity === 'urgent';
  return {
    from,
    to: [...to],
    subject: message.subject,
    text: `${wrapped(message.text)}\n\n-- \nslowbrute, message ${message.id}, ${message.time}\n`,
    date: new Date(message.time),
    // the same for every try: mail that arrives twice is one
    messageId: `<slowbrute.${message.id}@${domain}>`,
    references: [`<slowbrute.thread.${thread}.${hostPart(message.host)}@${domain}>`],
    priority: urgent ? 'high' : 'normal',
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Slowbrute-Severity': message.severity },
    attachments: attachFacts
      ? [
          {
            filename: 'alarm.json',
            contentType: 'application/json',
            content: JSON.stringify(message, null, 2),
          },
        ]
      : [],
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function hostPart(host: string): string {
  return host.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 60);
}
