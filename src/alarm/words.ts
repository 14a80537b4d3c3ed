/**
 * Names in messages. They go to programs that make links, mentions and formats of text (mail readers, chat, telephones),
 * so beside {@link printable}, which keeps a terminal safe, an address of the web in a name is broken up: whoever
 * guesses chooses the name, and must not be able to send us a link to click on.
 */
import { hostText, userText } from '../explain/wording.ts';
import { printable } from '../model/printable.ts';

/** `https://x.example` becomes `https[:]//x.example`, `www.x.example` `www[.]x.example`, `a@b.example` `a[@]b.example`. */
export function unlinked(text: string): string {
  return text
    .replaceAll('://', '[:]//')
    .replace(/\bwww\./giu, (www) => `${www.slice(0, 3)}[.]`)
    .replace(/(?<=\S)@(?=\S+\.)/gu, '[@]');
}

/** A user name for a sentence of a message. */
export function userWord(name: string): string {
  return name === '' ? 'a user without a name' : unlinked(userText(name));
}

/** A source, a sensor, or a machine. */
export function hostWord(name: string): string {
  return unlinked(hostText(name));
}

/** `/var/log/auth.log`, `the journal`: an input as a person calls it. */
export function inputWord(input: string): string {
  if (input === 'journal') return 'the journal';
  if (input === 'stdin') return 'standard input';
  if (input === 'syslog') return 'the syslog that is received';
  return hostWord(input);
}

/** What another program said, as a sentence: printable, at most 400 characters, with a full stop. */
export function saysWord(text: string): string {
  return unlinked(printable(text.trim(), 400)).replace(/[.\s]*$/u, '.');
}
