/**
 * The programs that `slowbrute evaluate --peers` runs, over a small log of which it is clear what each of them must do:
 * that their clocks are the log's, that bans begin and end when their own settings say, and that what they do not count
 * they do not see. The packages are fetched from this Debian's mirror into .cache/components, never installed. Where
 * they cannot be had it says why, and fails in CI.
 */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crowdsec } from '../../src/evaluate/peers/crowdsec.ts';
import { fail2ban } from '../../src/evaluate/peers/fail2ban.ts';
import type { Blocks, Peer, PeerLine, PeerLog } from '../../src/evaluate/peers/peer.ts';
import { fetchPrograms, missingPrograms, programsIn } from '../../src/evaluate/peers/programs.ts';
import { sshguard } from '../../src/evaluate/peers/sshguard.ts';
import { temporaryFolders } from '../../src/evaluate/peers/work-folder.ts';
import { isoTime } from '../../src/model/time.ts';

const FOLDER = resolve(import.meta.dirname, '../../.cache/components');
const troubles = missingPrograms(FOLDER).length === 0 ? [] : fetchPrograms(FOLDER, () => {});
const programs = programsIn(FOLDER);

const LOUD = '203.0.113.9';
const SLOW = '198.51.100.7';
const GUESSER = '192.0.2.44';
const PERSON = '2001:db8::5';
/** New Year's Eve of a year ago or two: a program that takes its own clock or its own year stumbles here. */
const START = Date.UTC(2024, 11, 31, 23, 50) / 1000;

const lines: PeerLine[] = [];
let pid = 400;
const say = (time: number, source: string, ...messages: string[]) => {
  pid++;
  for (const message of messages) {
    const header = `${isoTime(time).slice(0, 19)}.000000+00:00 host sshd[${pid}]`;
    lines.push({ time, source, text: `${header}: ${message}` });
  }
};
/** One attempt on an account that exists: one line that every program counts. */
const fails = (time: number, source: string) =>
  say(time, source, `Failed password for root from ${source} port 40992 ssh2`);

/** One guess at a name that does not exist, with every line that OpenSSH 9.2 writes about it. */
const guesses = (time: number, source: string) => {
  const at = `${source} port 40992`;
  say(
    time,
    source,
    `Invalid user nobody from ${at}`,
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${source}`,
    `Failed password for invalid user nobody from ${at} ssh2`,
    `Received disconnect from ${at}:11: Bye Bye [preauth]`,
    `Disconnected from invalid user nobody ${at} [preauth]`,
  );
};

// loud: every 20 seconds, 40 times; three hours later again
for (let i = 0; i < 40; i++) fails(START + 20 * i, LOUD);
for (let i = 0; i < 10; i++) fails(START + 3 * 3600 + 20 * i, LOUD);
// slow: once an hour, as one of a campaign
for (let i = 0; i < 8; i++) fails(START + 3600 * i + 7, SLOW);
// a guesser: three connections, 100 seconds apart
for (let i = 0; i < 3; i++) guesses(START + 2000 + 100 * i, GUESSER);
fails(START + 1000, PERSON);
say(START + 1010, PERSON, `Accepted password for alice from ${PERSON} port 50000 ssh2`);
lines.sort((a, b) => a.time - b.time);
const log: PeerLog = { lines, table: undefined as never, truth: undefined as never };

async function blocksOf(peer: Peer): Promise<Blocks> {
  const run = await peer.run(log);
  if (run.kind === 'absent') throw new Error(run.reason);
  expect(run.cpuSeconds).toBeGreaterThanOrEqual(0);
  return run.blocks;
}

/** Blocks as seconds from the start of the log. */
const fromStart = (blocks: Blocks, source: string) =>
  (blocks.get(source) ?? []).map(({ from, until }) => [from - START, until - START]);

describe('other tools as Debian ships them', () => {
  if (troubles.length > 0) {
    const reason = troubles.map(({ message }) => message).join('; ');
    process.stdout.write(`\n# tests/real/peers was not run: ${reason}\n`);
    it.skipIf(!process.env.CI)(`were not tried: ${reason}`, () => {
      expect.fail(`in CI the real programs must be tried, but ${reason}`);
    });
    return;
  }

  it('have a version', () => {
    for (const name of ['fail2ban', 'sshguard', 'libfaketime', 'crowdsec'] as const)
      expect(programs.version(name)).toMatch(/^\d+\./);
  });

  it('fail2ban bans at the fifth failure, for ten minutes, and lets in again', async () => {
    const blocks = await blocksOf(fail2ban(programs, temporaryFolders));
    expect(fromStart(blocks, LOUD)).toEqual([
      [80, 680],
      // what came during the ban it never saw: it counts five more
      [780, 1380],
      [3 * 3600 + 80, 3 * 3600 + 680],
    ]);
    // a guess at an unknown user is two failures for it, so the third one is the fifth
    expect(fromStart(blocks, GUESSER)).toEqual([[2200, 2800]]);
    expect([...blocks.keys()].sort()).toEqual([GUESSER, LOUD]);
  });

  it('sshguard blocks at the third, for two minutes, then for twice as long each time', async () => {
    const blocks = await blocksOf(sshguard(programs, temporaryFolders));
    const found = fromStart(blocks, LOUD);
    expect(found[0]).toEqual([40, 160]);
    const lengths = found.map(([from = 0, until = 0]) => until - from);
    // its manual says 1.5 times; the program of Debian 12 doubles
    expect(lengths.slice(0, 3)).toEqual([120, 240, 480]);
    expect(found.at(-1)?.[0]).toBeGreaterThanOrEqual(3 * 3600);
    // a guess at an unknown user is three attacks, so the first one is enough; the second comes before it is let in
    expect(fromStart(blocks, GUESSER)).toEqual([
      [2000, 2120],
      [2200, 2440],
    ]);
    expect([...blocks.keys()].sort()).toEqual([GUESSER, LOUD]);
  });

  it('CrowdSec bans for four hours when its bucket overflows', async () => {
    const blocks = await blocksOf(crowdsec(programs, temporaryFolders));
    const found = fromStart(blocks, LOUD);
    expect(found).toHaveLength(1);
    const [from = 0, until = 0] = found[0] ?? [];
    // ssh-slow-bf: 10 and one for each minute that passes; ssh-bf leaks faster than this source pours
    expect(from).toBeGreaterThanOrEqual(11 * 20);
    expect(from).toBeLessThanOrEqual(20 * 20);
    expect(until - from).toBe(4 * 3600);
    // four lines of each guess count, but a bucket leaks faster than one guess in 100 seconds fills it
    expect([...blocks.keys()]).toEqual([LOUD]);
  }, 120_000);
});
