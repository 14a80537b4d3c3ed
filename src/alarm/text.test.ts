import { describe, expect, it } from 'vitest';
import {
  type AlarmExample,
  alarmExamples,
  hostileFacts,
  hostileMessage,
} from '../../tests/golden/alarm-examples.ts';
import { userWord } from './words.ts';
import { wrapped } from './wrap.ts';

const GOLDEN = '../../tests/golden/alarms';

function asMail({ subject, text, severity, id }: AlarmExample['message']): string {
  return `Subject: ${subject}\nSeverity: ${severity}\n\n${wrapped(text)}\n\n-- \nslowbrute, message ${id}\n`;
}

describe('messages, beside golden files that were read by a person', () => {
  it.each(alarmExamples().map((one) => [one.name, one] as const))('%s', async (name, { message }) => {
    await expect(asMail(message)).toMatchFileSnapshot(`${GOLDEN}/${name}.txt`);
  });
});

describe('hostile names in a message', () => {
  const message = hostileMessage();

  it('leave the subject one line, and nothing that acts on a terminal anywhere', () => {
    expect(message.subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
    expect(message.subject.length).toBeLessThan(300);
    expect(message.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
  });

  it('begin no line of their own', () => {
    for (const line of message.text.split('\n')) expect(line).not.toMatch(/^(All is well|Subject:|Bcc:)/);
  });

  it('make no link and no mention of an address', () => {
    expect(userWord('https://evil.example/reset')).toBe('https[:]//evil.example/reset');
    expect(userWord('www.evil.example')).toBe('www[.]evil.example');
    expect(message.text).not.toMatch(/:\/\/evil|www\.evil/);
  });

  it('are in the facts as they were, for programs', () => {
    expect(JSON.stringify(message.items)).toContain('Bcc: x@evil.example');
  });

  it('are not told at all where they could be a typed password', () => {
    expect(hostileFacts().sample).toEqual(['admin', 'root']);
    expect(hostileFacts().usernames).toBe(3);
  });
});
