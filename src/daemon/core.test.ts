import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Live } from '../detect/live/live.ts';
import type { BlockChange } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import type { StreamedAttempt, Told } from '../model/stream.ts';
import { Core } from './core.ts';

const attempt = (line: number, nth = 0, input = '/var/log/auth.log'): StreamedAttempt => ({
  name: { input, line, nth },
  time: 1_700_000_000 + line,
  source: `192.0.2.${line % 250}`,
  user: 'alias',
  sensor: 'host',
  service: 'sshd',
  success: false,
  known: false,
  method: 'password',
  text: `line ${line}`,
});
const told = (line: number, nth = 0, input?: string): Told => ({
  kind: 'attempt',
  attempt: attempt(line, nth, input),
});

/** Names every source at its attempt. */
const naming = {
  push: ({ source, time }: StreamedAttempt): readonly LiveEvent[] => [
    { kind: 'participant:named', time, campaign: 'c1', source, confidence: 1, firstSeen: time, attempts: 1 },
  ],
} as unknown as Live;
const block = (id: number): BlockChange => ({
  kind: 'block:ended',
  time: 0,
  id,
  why: 'expired',
});

function make(
  known: ReadonlyMap<string, readonly { input: string; line: number; nth: number }[]> = new Map(),
  seq = 0,
) {
  const heard: string[] = [];
  const core = new Core(
    naming,
    {
      take: ({ name }) => [block(name.line)],
      known: (source) => [block(Number(source.split('.')[3]))],
      pass: (now) => [block(now)],
    },
    {
      told: (event) => heard.push(event.kind),
      changed: (change) => heard.push(`${change.kind} ${'id' in change ? change.id : ''}`),
    },
    seq,
    known,
  );
  return { core, heard };
}

describe('the heart of the daemon', () => {
  it('numbers attempts in the order in which they are told, and keeps with each what it brought about', () => {
    const { core, heard } = make();
    core.take([told(7), told(3)], 0);
    const commit = core.flush();
    expect(commit.attempts.map(({ seq, name }) => [seq, name.line])).toEqual([
      [1, 7],
      [2, 3],
    ]);
    expect(commit.events.map(({ seq, nth, event }) => [seq, nth, event.kind])).toEqual([
      [1, 0, 'participant:named'],
      [2, 0, 'participant:named'],
    ]);
    expect(commit.blocks).toEqual([block(7), block(3)]);
    expect(heard).toEqual(['participant:named', 'block:ended 7', 'participant:named', 'block:ended 3']);
  });

  it('passes over what the history has, and goes on behind its last number', () => {
    const { core, heard } = make(
      new Map([['/var/log/auth.log', [{ input: '/var/log/auth.log', line: 7, nth: 1 }]]]),
      41,
    );
    expect(core.take([told(7, 1), told(7, 0), told(7, 1, 'journal')], 0)).toBe(2);
    expect(core.flush().attempts.map(({ seq }) => seq)).toEqual([42, 43]);
    expect(heard.filter((one) => one.startsWith('participant'))).toHaveLength(2);
  });

  it('has work for the history as long as anything is new, a state or a change by hand as well', () => {
    const { core } = make();
    expect(core.hasWork).toBe(false);
    core.state('position a', '1');
    core.state('position a', '2');
    expect(core.hasWork).toBe(true);
    expect(core.flush().states).toEqual({ 'position a': '2' });
    expect(core.hasWork).toBe(false);
    core.pass(5);
    expect(core.flush().blocks).toEqual([block(5)]);
    core.take([{ kind: 'amended', name: attempt(1).name, user: 'root', known: true, method: null }], 0);
    expect(core.flush().amended).toHaveLength(1);
  });

  it('takes back what was decided of an unknown user, once, where a later line says that there is one', () => {
    const { core } = make();
    core.take([told(7), { kind: 'attempt', attempt: { ...attempt(8), known: null } }], 0);
    core.flush();
    const amended = (line: number, known: boolean | null): Told => ({
      kind: 'amended',
      name: attempt(line).name,
      user: 'alias',
      known,
      method: null,
    });
    core.take([amended(7, null), amended(8, true), amended(9, true), amended(7, true), amended(7, true)], 0);
    expect(core.flush().blocks).toEqual([block(7)]);
  });

  it('commits the same attempts, each once, wherever it is cut and begun again', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500), { maxLength: 60 }), fc.nat(60), fc.nat(60), (lines, a, b) => {
        const all = lines.map((line) => told(line));
        const [committed, reread] = [Math.min(a, all.length), Math.min(a, b, all.length)];
        const first = make().core;
        first.take(all.slice(0, committed), 0);
        const before = first.flush().attempts;
        // killed; what was read since an older position is read again
        const second = make(
          new Map([['/var/log/auth.log', before.map(({ name }) => name)]]),
          before.length,
        ).core;
        second.take(all.slice(reread), 0);
        const after = second.flush().attempts;
        expect([...before, ...after].map(({ name }) => name.line)).toEqual(lines);
        expect([...before, ...after].map(({ seq }) => seq)).toEqual(lines.map((_, i) => i + 1));
      }),
    );
  });
});
