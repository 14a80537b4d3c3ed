// Lines of sshd through the stream parser (src/parse/stream/) and `drain`, one core: lines a second of CPU time, and how
// big its saved state and its memory are, for a usual log and for one that is made to be remembered: no source, user, process
// or host comes twice. Arguments: lines (default a million).
import { serialize } from 'node:v8';
import { createStreamParser } from '../dist/parse/stream/stream-parser.js';
import { Voices } from '../dist/parse/stream/voices.js';

const count = Number(process.argv[2] ?? 1_000_000);
const BATCH = 10_000;
const BEGIN = Date.UTC(2026, 10, 20) / 1000;

const stamp = (time) => new Date(time * 1000).toISOString().replace('.000', '');
const address = (i) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;

/** Three lines a visit, ten visits a second, 5,000 sources, 300 names. */
function usual(i) {
  const visit = Math.floor(i / 3);
  const head = `${stamp(BEGIN + Math.floor(visit / 10))} host.example sshd[${1000 + (visit % 30_000)}]:`;
  const port = 32_768 + ((visit * 7) % 28_000);
  const source = address(visit % 5000);
  const user = `user${(visit * 31) % 300}`;
  if (i % 3 === 0) return `${head} Invalid user ${user} from ${source} port ${port}`;
  if (i % 3 === 1) return `${head} Failed password for invalid user ${user} from ${source} port ${port} ssh2`;
  return `${head} Connection closed by invalid user ${user} ${source} port ${port} [preauth]`;
}

/** 20,000 lines a second, each of another source, user and process, one in four of another host. */
function hostile(i) {
  const host = i % 4 === 0 ? `host-${i}.example` : 'host.example';
  const head = `${stamp(BEGIN + Math.floor(i / 20_000))} ${host} sshd[${i}]:`;
  const long = 'x'.repeat(200);
  if (i % 3 === 0) return `${head} Invalid user ${i}${long} from ${address(i)} port ${i % 65_536}`;
  if (i % 3 === 1)
    return `${head} error: PAM: authentication error for illegal user ${i}${long} from h${i}.example`;
  return `${head} pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address(i)}  user=${i}${long}`;
}

for (const lineOf of [usual, hostile]) {
  const parser = createStreamParser({ input: 'auth.log', timezone: 'UTC' });
  const voices = new Voices();
  let told = 0;
  let slowest = 0;
  let micros = 0;
  // a watch never holds more lines than these
  for (let from = 0; from < count; from += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => lineOf(from + i));
    const before = process.cpuUsage();
    for (const line of lines) {
      const start = performance.now();
      parser.line(line, BEGIN + 60);
      voices.take(parser.drain(), BEGIN + 60);
      told += voices.drain().length;
      slowest = Math.max(slowest, performance.now() - start);
    }
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
  }
  const bytes = serialize(parser.save()).length;
  globalThis.gc?.();
  const heap = process.memoryUsage();
  process.stdout.write(
    `${lineOf.name}: ${Math.round((count / micros) * 1e6)} lines/s of CPU, ${told} told, slowest line ${slowest.toFixed(1)} ms, ` +
      `saved ${(bytes / 1e6).toFixed(2)} MB, heap ${((heap.heapUsed + heap.arrayBuffers) / 1e6).toFixed(0)} MB\n`,
  );
}
