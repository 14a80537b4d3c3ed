// A process that commits without a pause is killed with SIGKILL at a random moment, again and again. After each: all that was
// acknowledged is there, nothing half, nothing twice. Needs the built program (npm run build).
//
//   node tests/history/kill.mjs [--kills 100] [--engine duckdb|sqlite|file]
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { clean, ENGINES, faultsOf, openSmall } from './engines.mjs';

const committer = resolve(import.meta.dirname, 'committer.mjs');

/** Faults of all kills, and how many attempts there were at the end; null where there is no such engine here. */
export async function killOften(engine, kills) {
  const folder = mkdtempSync(join(tmpdir(), `slowbrute-kill-${engine}-`));
  try {
    const first = await openSmall(engine, folder);
    if (first === null) return null;
    await first.close();
    const faults = [];
    let attempts = 0;
    for (let kill = 1; kill <= kills; kill++) {
      const acknowledged = Math.max(attempts, await oneKill(engine, folder));
      const history = await openSmall(engine, folder);
      // all of it is read each tenth time, and at the end; what was acknowledged each time
      const last = await history.lastSeq();
      if (last < acknowledged)
        faults.push(`kill ${kill}: ${acknowledged} was acknowledged, ${last} is the last`);
      if (kill % 10 === 0 || kill === kills)
        for (const fault of await faultsOf(history, acknowledged)) faults.push(`kill ${kill}: ${fault}`);
      attempts = last;
      await history.close();
    }
    return { faults, attempts };
  } finally {
    clean(folder);
  }
}

/** Returns the last number that was acknowledged; 0: none. */
function oneKill(engine, folder) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [committer, engine, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    let killer;
    child.stdout.on('data', (data) => {
      text += data;
      // from the first commit on: a process that is killed before it opens the history proves nothing
      killer ??= setTimeout(() => child.kill('SIGKILL'), Math.random() * 250);
    });
    child.on('error', fail);
    child.on('close', (code) => {
      clearTimeout(killer);
      if (code !== null) fail(new Error(`it ended by itself with ${code}`));
      const lines = text.split('\n').slice(0, -1);
      done(Number(lines.at(-1) ?? 0));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '100' }, engine: { type: 'string' } },
  });
  let failed = 0;
  for (const engine of values.engine === undefined ? ENGINES : [values.engine]) {
    const began = performance.now();
    const result = await killOften(engine, Number(values.kills));
    if (result === null) {
      console.log(`${engine}: not here`);
      continue;
    }
    failed += result.faults.length;
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `${engine}: ${values.kills} kills, ${result.attempts} attempts, ${result.faults.length} faults, ${seconds} s`,
    );
    for (const fault of result.faults) console.log(`  ${fault}`);
  }
  process.exit(failed === 0 ? 0 : 1);
}
