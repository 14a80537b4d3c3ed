/** Whoever writes to an abuse desk says who they are: without a name and an address that answers, no report is made. */
import { Trouble } from '../../model/error.ts';
import type { RenderOptions, Reporter } from './format.ts';

/** An address as e-mail has it (RFC 5321), as far as it can be told without asking: one @, a host name behind it. */
export const EMAIL_ADDRESS =
  /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$/;

/** Error: `Trouble` `wrong-call` where nobody is named. */
export function reporterOf({ reporter }: RenderOptions): Reporter {
  if (reporter !== null) return reporter;
  throw new Trouble(
    'wrong-call',
    'an abuse report needs somebody who answers for it',
    'Say who: --organisation "Example Ltd" --email abuse@host.example, or [export] in the configuration.',
  );
}

/** Error: `Trouble` `wrong-call` where it is none. */
export function checkEmail(text: string): string {
  if (EMAIL_ADDRESS.test(text)) return text;
  throw new Trouble(
    'wrong-call',
    `${text}: is no e-mail address`,
    'Name one where questions are answered, as abuse@host.example.',
  );
}

export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}
