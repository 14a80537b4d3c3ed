// What a process and its children use, and how far they have read a file, as /proc tells (proc(5)). Linux only.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const ticks = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);

function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it has ended
  }
}

/** The process and all that it has started that are there still. */
export function family(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).trim().split(' ').filter(Boolean).map(Number),
  );
  return [
    pid,
    ...children.flatMap((child) => {
      try {
        return family(child);
      } catch {
        return [];
      }
    }),
  ];
}

/** Processor seconds, and megabytes (of 1,000,000 bytes) resident now and at most, of the whole family. */
export function usage(pid) {
  let cpu = 0;
  let rss = 0;
  let peak = 0;
  for (const one of family(pid)) {
    const stat = read(`/proc/${one}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const status = read(`/proc/${one}/status`);
    const mb = (name) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024) / 1e6;
    if (fields.length > 12) cpu += (Number(fields[11]) + Number(fields[12])) / ticks;
    rss += mb('VmRSS');
    peak += mb('VmHWM');
  }
  return { cpu, rss, peak };
}

/** Bytes of `path` that somebody of the family has read; null where nobody has it open. */
export function readUpTo(pid, path) {
  let most = null;
  for (const one of family(pid)) {
    let descriptors = [];
    try {
      descriptors = readdirSync(`/proc/${one}/fd`);
    } catch {}
    for (const descriptor of descriptors) {
      let target = '';
      try {
        target = readlinkSync(`/proc/${one}/fd/${descriptor}`);
      } catch {}
      if (target !== path) continue;
      const at = /pos:\s+(\d+)/.exec(read(`/proc/${one}/fdinfo/${descriptor}`));
      if (at !== null) most = Math.max(most ?? 0, Number(at[1]));
    }
  }
  return most;
}
