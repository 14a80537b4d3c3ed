/**
 * With a program in journalctl's place that does what journalctl does: prints the entries of a file from a cursor on, and with
 * `--follow` goes on with what is added. The real one is in tests/real/follow.test.ts.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identifiersOf } from '../journal.ts';
import { followJournal } from './journal.ts';
import { Reader } from './tester.ts';

const PROGRAM = `#!/usr/bin/env node
const { appendFileSync, existsSync, readFileSync, watch } = require('node:fs');
const folder = __dirname;
const args = process.argv.slice(2);
appendFileSync(folder + '/calls', JSON.stringify(args) + '\\n');
const value = (name) => args.find((arg) => arg.startsWith(name + '='))?.slice(name.length + 1);
const entries = () => readFileSync(folder + '/entries', 'utf8').split('\\n').filter(Boolean).map((line) => JSON.parse(line));
if (existsSync(folder + '/broken')) { process.stderr.write('No journal files were opened due to insufficient permissions.\\n'); process.exit(1); }
if (args.some((arg) => arg === '--field=SYSLOG_IDENTIFIER')) {
  process.stdout.write([...new Set(entries().map((entry) => entry.SYSLOG_IDENTIFIER))].join('\\n') + '\\n');
  process.exit(0);
}
const cursor = value('--cursor');
if (cursor !== undefined && !/^s=\\w+;/.test(cursor)) { process.stderr.write('Failed to seek to cursor: Invalid argument\\n'); process.exit(1); }
const number = (entry) => Number(/i=(\\d+)/.exec(entry.__CURSOR)[1]);
const wanted = args.filter((arg) => arg.startsWith('--identifier=')).map((arg) => arg.slice(13));
const since = value('--since');
let from = cursor === undefined ? 0 : Number(/i=(\\d+)/.exec(cursor)[1]);
const print = () => {
  let all = entries().filter((entry) => number(entry) >= from);
  if (since !== undefined) all = all.filter((entry) => Number(entry.__REALTIME_TIMESTAMP) >= Number(since.slice(1)) * 1e6);
  if (value('--lines') !== undefined) all = all.slice(-Number(value('--lines')));
  for (const entry of all) {
    from = number(entry) + 1;
    if (wanted.length === 0 || wanted.includes(entry.SYSLOG_IDENTIFIER)) process.stdout.write(JSON.stringify(entry) + '\\n');
  }
};
print();
if (args.includes('--follow')) { setInterval(print, 20); process.on('SIGTERM', () => process.exit(0)); }
`;

let root: string;
let reader: Reader;
let count: number;
const TIME = 1_700_000_000_000_000;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-journal-'));
  writeFileSync(join(root, 'journalctl'), PROGRAM, { mode: 0o755 });
  writeFileSync(join(root, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(join(root, 'entries'), '');
  count = 0;
  reader = follow('oldest');
});
afterEach(async () => {
  await reader.stop();
  rmSync(root, { recursive: true });
});

function follow(from: 'oldest' | 'end', once = false): Reader {
  return new Reader(
    (position, _, effects) =>
      followJournal(position, { identifiers: ['sshd', 'postfix/*smtpd'], from, once }, effects),
    { journal: join(root, 'journalctl') },
  );
}

function add(entries: number, identifier = 'sshd', cursor = 's=5eed'): void {
  for (let i = 0; i < entries; i++) {
    count++;
    const entry = {
      __CURSOR: `${cursor};i=${count};b=1;m=${count};t=${count};x=${count}`,
      __REALTIME_TIMESTAMP: String(TIME + count),
      SYSLOG_IDENTIFIER: identifier,
      MESSAGE: `entry ${count}`,
    };
    appendFileSync(join(root, 'entries'), `${JSON.stringify(entry)}\n`);
  }
}

const messages = (): string[] =>
  reader.texts().map((text) => (JSON.parse(text) as { MESSAGE: string }).MESSAGE.replace('entry ', ''));
const calls = (): string[][] =>
  readFileSync(join(root, 'calls'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);

describe('the journal', () => {
  it('is read from its oldest entry on, and followed', async () => {
    add(3);
    await reader.until(3);
    await reader.untilState('following');
    add(2);
    await reader.until(5);
    expect(messages()).toEqual(['1', '2', '3', '4', '5']);
    expect(reader.follower.status().state).toEqual({ kind: 'following' });
  });

  it('is asked for the programs that the forms know, patterns held against what it has', async () => {
    add(1, 'cron');
    add(1, 'postfix/submission/smtpd');
    expect(await identifiersOf(join(root, 'journalctl'), ['sshd', 'postfix/*smtpd', 'sshd.service'])).toEqual(
      ['sshd', 'postfix/submission/smtpd'],
    );
    add(1);
    await reader.until(2);
    expect(messages()).toEqual(['2', '3']);
  });

  it('goes on after the cursor, with no line twice, first to the end and only then following', async () => {
    add(4);
    await reader.until(4);
    await reader.stop();
    add(3);
    await reader.restart();
    await reader.until(7);
    await reader.pull(0.3);
    add(1);
    await reader.until(8);
    expect(messages()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(reader.isContiguous).toBe(true);
    const last = calls()
      .filter((call) => call.some((arg) => arg.startsWith('--cursor')))
      .slice(-2);
    expect(last.map((call) => call.includes('--follow'))).toEqual([false, true]);
    expect(
      calls()
        .flat()
        .filter((arg) => arg.startsWith('--after-cursor')),
    ).toEqual([]);
  });

  it('begins with what comes, although the latest entry is of another program', async () => {
    add(3);
    add(1, 'cron');
    reader = follow('end');
    await reader.untilState('following');
    add(2);
    await reader.until(2);
    expect(messages()).toEqual(['5', '6']);
  });

  it('is started again when it ends', async () => {
    add(1);
    await reader.until(1);
    writeFileSync(join(root, 'broken'), '');
    await reader.restart();
    expect(await reader.untilState('failed')).toEqual({
      kind: 'failed',
      path: 'journal',
      code: 'No journal files were opened due to insufficient permissions.',
    });
    rmSync(join(root, 'broken'));
    add(1);
    await reader.until(2);
    expect(messages()).toEqual(['1', '2']);
  });

  it('that does not know the cursor any more is gone on with by time', async () => {
    add(2);
    add(1, 'sshd', 'gone');
    await reader.until(3);
    await reader.restart();
    add(2);
    await reader.until(5);
    expect(messages()).toEqual(['1', '2', '3', '4', '5']);
    expect(reader.notices.filter(({ kind }) => kind === 'gap')).toMatchObject([{ why: 'journal-dropped' }]);
  });

  it('can be read once', async () => {
    add(3);
    reader = follow('oldest', true);
    await reader.until(3);
    expect(await reader.untilState('ended')).toEqual({ kind: 'ended' });
  });

  it('that cannot be run is a state, and tried again', async () => {
    rmSync(join(root, 'journalctl'));
    expect(await reader.untilState('failed')).toMatchObject({ kind: 'failed', path: 'journal' });
    expect(existsSync(join(root, 'calls'))).toBe(false);
  });
});
