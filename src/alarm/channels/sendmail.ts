/**
 * Mail by the machine's own sendmail(8), as every Unix has it where mail works at all (Postfix, Exim, OpenSMTPD, msmtp,
 * nullmailer). The recipients are arguments of a fixed vector behind `--`, checked before; the mail is its input.
 */
import type { SecretEffects } from '../secret.ts';
import { asUndelivered, type Channel, DELIVERED } from './channel.ts';
import { type Addresses, checkAddresses, mailOf } from './mail.ts';
import { runProgram } from './program.ts';

export interface SendmailOptions extends Addresses {
  readonly name?: string;
  /** Default: /usr/sbin/sendmail, where the Filesystem Hierarchy Standard and the BSDs have it. */
  readonly path?: string | undefined;
  readonly attachFacts?: boolean;
}

/** Throws `Trouble` (`bad-config`) for addresses that are none. */
export function sendmail(options: SendmailOptions, effects: SecretEffects): Channel {
  const { name = 'sendmail', path = '/usr/sbin/sendmail', from, to, attachFacts = false } = options;
  checkAddresses(options, name);
  return {
    name,
    async send(message, signal) {
      try {
        const { createTransport } = await import('nodemailer');
        const writer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
        const { message: raw } = await writer.sendMail(mailOf(message, options, attachFacts));
        const { PATH = '/usr/sbin:/usr/bin:/sbin:/bin' } = effects.environment;
        await runProgram(
          {
            // -i: a line with a single dot does not end the mail
            command: [path, '-i', '-f', from, '--', ...to],
            input: raw as Buffer,
            environment: { PATH, LANG: 'C' },
            remedy: 'See whether mail works on this machine: its log, and mailq.',
          },
          signal,
        );
      } catch (error) {
        throw asUndelivered(error, name, 'See whether mail works on this machine.');
      }
      return DELIVERED;
    },
  };
}
