// A disk that becomes full while a history grows, and has room again later. The disk is a small tmpfs in a mount namespace of
// this test's own (needs root, or a kernel that gives users their own namespaces).
//
//   node tests/history/full-disk.mjs [--engine duckdb|sqlite|file]
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clean, commitAfter, ENGINES, faultsOf, openSmall } from './engines.mjs';

const self = fileURLToPath(import.meta.url);

/** What went wrong; null: it cannot be tried here (no such engine, no namespace of mounts). */
export function fillDisk(engine) {
  const folder = mkdtempSync(join(tmpdir(), `slowbrute-full-${engine}-`));
  try {
    const script = 'mount -t tmpfs -o size=12m tmpfs "$1" && exec "$2" "$3" within "$4" "$1"';
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [
        '--user',
        '--map-root-user',
        '--mount',
        'sh',
        '-c',
        script,
        'sh',
        folder,
        process.execPath,
        self,
        engine,
      ],
      { encoding: 'utf8' },
    );
    if (status === 77 || status === null || /unshare|mount:/.test(stderr)) return null;
    return status === 0 ? [] : [`${stdout}${stderr}`];
  } finally {
    clean(folder);
  }
}

/** Fills the disk, makes room, goes on. */
async function within(engine, folder) {
  let history = await openSmall(engine, folder);
  if (history === null) process.exit(77);
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc(5 * 1024 * 1024));
  const faults = [];
  let seq = 0;
  let refused = 0;
  const more = () => {
    const commit = commitAfter(seq, 40);
    // nothing that could be compressed away
    commit.states[`ballast-${seq}`] = randomBytes(75_000).toString('base64');
    return commit;
  };
  for (let round = 0; round < 2; round++) {
    let commit = null;
    for (let i = 0; i < 3000 && commit === null; i++) {
      const next = more();
      try {
        await history.commit(next);
        seq += 40;
      } catch (error) {
        if (error.code !== 'store-full') throw error;
        commit = next;
        refused++;
      }
      if (round === 1 && i > 20) break;
    }
    if (round === 0) {
      if (commit === null) faults.push('the disk never was full');
      // still full: the same again, which may say by now that it was stored before the trouble
      let stored = true;
      await history.commit(commit).catch((error) => {
        if (error.code !== 'store-full') throw error;
        refused++;
        stored = false;
      });
      const last = await history.lastSeq();
      if (last !== seq && last !== seq + 40) faults.push(`refused, but ${last} is the last after ${seq}`);
      for await (const one of history.attempts({ limit: 1 }))
        if (one.seq !== 1) faults.push('no answers while it is full');
      rmSync(ballast);
      if (!stored)
        await history.commit(commit).catch((error) => faults.push(`there is room again: ${error.message}`));
      seq += 40;
    }
  }
  faults.push(...(await faultsOf(history, seq)));
  await history.close();
  history = await openSmall(engine, folder);
  faults.push(...(await faultsOf(history, seq)));
  await history.close();
  console.log(`${engine}: ${seq} attempts, ${refused} commits refused, ${faults.length} faults`);
  for (const fault of faults) console.log(`  ${fault}`);
  process.exit(faults.length === 0 ? 0 : 1);
}

const [mode, engine, folder] = process.argv.slice(2);
if (process.argv[1] === self && mode === 'within') await within(engine, folder);
else if (process.argv[1] === self) {
  let failed = 0;
  for (const each of mode === '--engine' ? [engine] : ENGINES) {
    const faults = fillDisk(each);
    if (faults === null) console.log(`${each}: cannot be tried here`);
    else
      console.log(`${each}: ${faults.length === 0 ? 'goes on when there is room again' : faults.join('\n')}`);
    failed += faults?.length ?? 0;
  }
  process.exit(failed === 0 ? 0 : 1);
}
