// Reads and parses one log into the attempt table and does no more: what of `scan` is not detection, with the programs
// that decompress. With `--readable` every line goes through the readable path, as where the byte machine cannot be had.
import { Readable } from 'node:stream';
import { loadAttempts } from '../dist/store/load.js';

const { table, input } = await loadAttempts(
  [process.argv[2]],
  {
    timezone: 'UTC',
    year: null,
    since: null,
    until: null,
    now: Math.floor(Date.now() / 1000),
    readableOnly: process.argv[3] === '--readable',
    count: true,
  },
  {
    stdin: Readable.from([]),
    logFolder: '/var/log',
    journal: 'journalctl',
    programPath: process.env.PATH,
    onProgress: () => {},
  },
);
process.stdout.write(
  `${input.lines} lines, ${table.length} attempts kept, ${table.sources.length} sources, ${table.users.length - 1} names\n`,
);
