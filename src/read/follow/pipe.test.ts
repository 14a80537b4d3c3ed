import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FollowNotice, realFollowEffects } from './follower.ts';
import { followPipe } from './pipe.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-pipe-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const made = (path: string) => spawnSync('mkfifo', [path]).status === 0;

function follow(path: string, from: string | null = null) {
  const notices: FollowNotice[] = [];
  const effects = { ...realFollowEffects(), onNotice: (notice: FollowNotice) => void notices.push(notice) };
  const follower = followPipe(path, from, { spoolFolder: join(folder, 'spool') }, effects);
  const lines: string[] = [];
  let position: string | null = null;
  const done = (async () => {
    for await (const batch of follower.batches()) {
      lines.push(...batch.lines);
      ({ position } = batch);
    }
  })();
  const until = async (count: number) => {
    for (let tries = 0; lines.length < count && tries < 400; tries++) await sleep(25);
  };
  const stop = async () => {
    await follower.stop();
    await done;
    return position;
  };
  return { lines, notices, until, stop };
}

it('a named pipe is followed through writers that come and go, and through one that is made anew', async () => {
  const path = join(folder, 'log');
  expect(made(path)).toBe(true);
  const { lines, until, stop } = follow(path);
  await sleep(100);
  // as another program would: opened, written to, closed
  for (const text of ['one\ntwo\n', 'thr', 'ee\n']) spawnSync('sh', ['-c', `printf '${text}' > '${path}'`]);
  await until(3);
  expect(lines).toEqual(['one', 'two', 'three']);
  renameSync(path, `${path}.old`);
  made(path);
  await sleep(2500);
  spawnSync('sh', ['-c', `printf 'four\n' > '${path}'`]);
  await until(4);
  expect(lines).toEqual(['one', 'two', 'three', 'four']);
  await stop();
}, 20_000);

it('goes on where it was: what was spooled and not handed on is handed on by the next one', async () => {
  const path = join(folder, 'log');
  made(path);
  const first = follow(path);
  await sleep(100);
  spawnSync('sh', ['-c', `printf 'one\n' > '${path}'`]);
  await first.until(1);
  const position = await first.stop();
  const second = follow(path, position);
  await sleep(100);
  spawnSync('sh', ['-c', `printf 'two\n' > '${path}'`]);
  await second.until(1);
  expect(second.lines).toEqual(['two']);
  await second.stop();
}, 20_000);

it('where the pipe is gone, or something else has its name, that is said, and it is waited for', async () => {
  const path = join(folder, 'log');
  const { lines, notices, until, stop } = follow(path);
  await sleep(200);
  const states = () => notices.flatMap((one) => (one.kind === 'state' ? [one.state.kind] : []));
  expect(states()).toContain('missing');
  appendFileSync(path, 'a file\n');
  await sleep(2500);
  expect(states()).toContain('not-a-file');
  rmSync(path);
  made(path);
  await sleep(2500);
  spawnSync('sh', ['-c', `printf 'one\n' > '${path}'`]);
  await until(1);
  expect(lines).toEqual(['one']);
  expect(statSync(path).isFIFO()).toBe(true);
  await stop();
}, 20_000);
