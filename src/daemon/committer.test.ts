import { describe, expect, it, vi } from 'vitest';
import type { Live } from '../detect/live/live.ts';
import type { BlockChange } from '../model/block.ts';
import { Trouble } from '../model/error.ts';
import type { Told } from '../model/stream.ts';
import type { Commit, History } from '../store/history.ts';
import { Committer, MOST_WAITING } from './committer.ts';
import { Core } from './core.ts';
import type { Happening } from './happening.ts';

const quiet = { push: () => [] } as unknown as Live;
const newCore = () =>
  new Core(
    quiet,
    { take: () => [], known: () => [], pass: () => [] },
    { told: () => {}, changed: () => {} },
    0,
    new Map(),
  );
const told = (line: number): Told => ({
  kind: 'attempt',
  attempt: {
    name: { input: 'a', line, nth: 0 },
    time: line,
    source: '192.0.2.1',
    user: 'x',
    sensor: 's',
    service: 'sshd',
    success: false,
    known: null,
    method: null,
    text: '',
  },
});
const full = () => new Trouble('store-full', 'the disk is full', 'Make room.');

/** A history that takes a commit when it is let, and refuses so many first. */
function slowHistory(refusals = 0) {
  const commits: Commit[] = [];
  const release: (() => void)[] = [];
  const history = {
    async commit(commit: Commit) {
      if (refusals-- > 0) throw full();
      await new Promise<void>((resolve) => release.push(resolve));
      commits.push(commit);
    },
  } as unknown as History;
  const letGo = () => {
    for (const one of release.splice(0)) one();
  };
  return { history, commits, letGo };
}

describe('commits', () => {
  it('gather what comes while one is on its way', async () => {
    const { history, commits, letGo } = slowHistory();
    const core = newCore();
    const committer = new Committer(core, history, () => {});
    core.take([told(1)], 0);
    committer.poke();
    core.take([told(2), told(3)], 0);
    committer.poke();
    await vi.waitFor(
      () => {
        letGo();
        expect(commits.map(({ attempts }) => attempts.length)).toEqual([1, 2]);
      },
      { timeout: 10_000 },
    );
    expect(await committer.drained()).toBe(true);
  });

  it('wait while nothing hangs on them, and not when a block does', async () => {
    vi.useFakeTimers();
    try {
      const commits: Commit[] = [];
      const history = { commit: async (one: Commit) => void commits.push(one) } as unknown as History;
      const core = newCore();
      const committer = new Committer(core, history, () => {});
      const come = async (line: number, milliseconds: number) => {
        core.take([told(line)], 0);
        committer.poke();
        await vi.advanceTimersByTimeAsync(milliseconds);
        return commits.length;
      };
      expect(await come(1, 10)).toBe(1);
      expect(await come(2, 300)).toBe(1);
      core.change([{ kind: 'ended', id: 1, at: 0, why: { kind: 'over' } } as unknown as BlockChange]);
      committer.poke();
      await vi.advanceTimersByTimeAsync(10);
      expect(commits.length).toBe(2);
      expect(await come(3, 450)).toBe(2);
      await vi.advanceTimersByTimeAsync(100);
      expect(commits.length).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it('are tried again as they were where the history refuses, and what comes meanwhile waits', async () => {
    const happened: Happening[] = [];
    const { history, commits, letGo } = slowHistory(1);
    const core = newCore();
    const committer = new Committer(core, history, (one) => happened.push(one));
    core.take([told(1)], 0);
    committer.poke();
    expect(await committer.drained()).toBe(false);
    expect(committer.isFailing).toBe(true);
    core.take([told(2)], 0);
    await vi.waitFor(
      () => {
        letGo();
        expect(commits.map(({ attempts }) => attempts.map(({ seq }) => seq))).toEqual([[1], [2]]);
      },
      { timeout: 5000 },
    );
    expect(happened.map(({ kind }) => kind).filter((kind) => kind !== 'history:committed')).toEqual([
      'history:failed',
      'history:restored',
    ]);
  });

  it('hold reading up when too much waits, and let it go on when there is room', async () => {
    const { history, letGo } = slowHistory();
    const core = newCore();
    const committer = new Committer(core, history, () => {});
    core.take([told(0)], 0);
    committer.poke();
    await new Promise((resolve) => setTimeout(resolve, 1));
    core.take(
      Array.from({ length: MOST_WAITING }, (_, i) => told(i + 1)),
      0,
    );
    let hasRoom = false;
    void committer.room().then(() => {
      hasRoom = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(hasRoom).toBe(false);
    await vi.waitFor(() => {
      letGo();
      expect(hasRoom).toBe(true);
    });
  });

  it('are all there after settling, also after one that was refused', async () => {
    const { history, commits, letGo } = slowHistory(1);
    const core = newCore();
    const committer = new Committer(core, history, () => {});
    core.take([told(1)], 0);
    committer.poke();
    await committer.drained();
    core.take([told(2)], 0);
    const timer = setInterval(letGo, 5);
    await committer.settle(5);
    clearInterval(timer);
    expect(commits.flatMap(({ attempts }) => attempts.map(({ seq }) => seq))).toEqual([1, 2]);
  });

  it('give up after some patience when it ends, with the trouble', async () => {
    const { history } = slowHistory(100);
    const core = newCore();
    core.take([told(1)], 0);
    await expect(new Committer(core, history, () => {}).settle(0)).rejects.toThrow('the disk is full');
  });
});
