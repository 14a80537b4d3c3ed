/**
 * sshguard's own blocker at the log's time. sshg-blocker asks time(2) when an attack comes in, and a thread of it
 * sleeps between looks at whose block is over. libfaketime (preloaded) answers both: the time is that of a file's
 * modification, which is set before each attack, and sleeps pass ten thousand times faster.
 *
 * So that no attack is judged at the next one's time, each is followed by a word about an address on the list of
 * friends: once the blocker says that it has read that, it has finished with the attack before it. Attacks of a source
 * that is blocked are not passed on, as the firewall would have kept them out; when its time is over the blocker's
 * thread is waited for until it says `release`.
 */
import { spawn } from 'node:child_process';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ToldBlock } from './blocks.ts';
import { bareEnvironment } from './run-program.ts';

/** One attack as sshg-parser reports it, with the time of its line. */
export interface Attack {
  /** Seconds since 1970 UTC. */
  readonly time: number;
  readonly source: string;
  /** `service address kind score`, as sshg-parser writes it. */
  readonly report: string;
}

export interface BlockerCall {
  /** The program and its arguments before its own: a wrapper, or nothing. */
  readonly command: readonly string[];
  readonly faketime: string;
  readonly folder: string;
  /** Seconds without a word from the blocker after which it is given up. */
  readonly patienceSeconds: number;
}

/** An address that is on every list of friends, and in no log. */
const FRIEND = '127.0.0.1';
const MARK = `100 ${FRIEND} 4 1\n`;
/** How much faster sleeps pass: the thread sleeps up to 61 s, so it looks every 6 ms. */
const HASTE = 10_000;

/** The blocks of a row of attacks in order of time. Rejects where the blocker ends early or falls silent. */
export async function blockerAtLogTime(
  attacks: readonly Attack[],
  call: BlockerCall,
): Promise<readonly ToldBlock[]> {
  const clock = join(call.folder, 'clock');
  writeFileSync(clock, '');
  const setClock = (time: number) => utimesSync(clock, time, time);
  setClock(attacks[0]?.time ?? 0);
  const [program = '', ...args] = call.command;
  const child = spawn(program, args, {
    cwd: call.folder,
    env: bareEnvironment(call.folder, {
      SSHGUARD_DEBUG: '1',
      LD_PRELOAD: call.faketime,
      FAKETIME: `% x${HASTE}`,
      FAKETIME_FOLLOW_FILE: clock,
      FAKETIME_FOLLOW_ABSOLUTE: '1',
      FAKETIME_NO_CACHE: '1',
    }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  /** Sources that are blocked, and when their time is over. */
  const inside = new Map<string, number>();
  const ear = listen(child, call.patienceSeconds, (line) => {
    // release 192.0.2.1 4 32, whenever the thread finds it
    const released = /^release (\S+) [46] \d+$/.exec(line)?.[1];
    if (released !== undefined) inside.delete(released);
  });
  const told: ToldBlock[] = [];
  try {
    for (const { time, source, report } of attacks) {
      const over = inside.get(source);
      if (over !== undefined && time <= over) continue;
      setClock(time);
      if (over !== undefined) await ear.until(() => !inside.has(source));
      child.stdin.write(`${report}\n${MARK}`);
      let seconds: number | null = null;
      await ear.until((line) => {
        // Blocking "192.0.2.1/32" for 120 secs (3 attacks in 12 secs, after 1 abuses over 12 secs.)
        const blocking = /Blocking "([^/"]+)\/\d+" for (\d+) secs/.exec(line);
        if (blocking?.[1] === source) seconds = Number(blocking[2]);
        return line.endsWith(`${FRIEND}: not blocking (on whitelist)`);
      });
      if (seconds === null) continue;
      inside.set(source, time + seconds);
      told.push({ source, from: time, until: time + seconds });
    }
    return told;
  } finally {
    child.stdin.destroy();
    child.kill('SIGKILL');
  }
}

interface Ear {
  /** Waits until `enough` says so; it is asked at once and after each line, which it is given. */
  until(enough: (line: string) => boolean): Promise<void>;
}

/** Rejects once the child has ended, or said nothing for so long. `note` hears every line before anybody else. */
function listen(child: ReturnType<typeof spawn>, patienceSeconds: number, note: (line: string) => void): Ear {
  const heard: string[] = [];
  let wake: (() => void) | null = null;
  let ended: string | null = null;
  let last = '';
  createInterface({ input: child.stdout! }).on('line', (line) => {
    heard.push(line);
    last = line;
    wake?.();
  });
  // only a wrapper that fails speaks here: the blocker's own errors come with its output
  createInterface({ input: child.stderr! }).on('line', (line) => {
    last = line;
  });
  const end = (why: string) => {
    ended ??= why;
    wake?.();
  };
  child.once('error', (error) => end(`sshg-blocker did not start: ${error.message}`));
  child.once('close', (status) =>
    end(`sshg-blocker ended with status ${status}${last === '' ? '' : `: ${last}`}`),
  );
  child.stdin!.on('error', () => {}); // its end is heard above
  return {
    until: async (enough) => {
      if (enough('')) return;
      for (;;) {
        for (let line = heard.shift(); line !== undefined; line = heard.shift()) {
          note(line);
          if (enough(line)) return;
        }
        if (ended !== null) throw new Error(ended);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(
            () => end(`sshg-blocker said nothing for ${patienceSeconds} s`),
            patienceSeconds * 1000,
          );
          wake = () => {
            clearTimeout(timer);
            wake = null;
            resolve();
          };
        });
      }
    },
  };
}
