// The log that bench/watch.mjs writes: six in ten lines are sshd's. Each connection tries four passwords of root and is closed, as
// MaxAuthTries has it, from one of so many sources; then somebody logs in with a key.
import { appendFileSync } from 'node:fs';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n) => String(n).padStart(2, '0');

/** The header of syslog in UTC. `ms`: since 1970. */
export function stamp(ms) {
  const d = new Date(ms);
  return `${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

/** Makes line after line; the same numbers each time. */
export function stream(sources) {
  let state = 1;
  const next = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  let line = 0;
  let pid = 1000;
  let peer = '';
  return (now) => {
    const head = `${stamp(now)} host`;
    const kind = line++ % 10;
    if (kind < 4)
      return `${head} cron[${100 + next(9000)}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)`;
    if (kind === 4 || kind === 9) pid = 1000 + ((pid - 999) % 30_000);
    if (kind === 9)
      return `${head} sshd[${pid}]: Accepted publickey for alice from 10.9.${next(4)}.${1 + next(200)} port ${1024 + next(60_000)} ssh2`;
    if (kind === 4) {
      const source = next(sources);
      peer = `10.${1 + Math.floor(source / 64_000)}.${Math.floor(source / 250) % 256}.${1 + (source % 250)} port ${1024 + next(60_000)}`;
    }
    return kind < 8
      ? `${head} sshd[${pid}]: Failed password for root from ${peer} ssh2`
      : `${head} sshd[${pid}]: Connection closed by authenticating user root ${peer} [preauth]`;
  };
}

/** Writes `rate` lines a second to `log` for so many seconds; `look` is called every five. Says how many, and bytes. */
export async function write(log, nextLine, rate, seconds, look) {
  const began = Date.now();
  let written = 0;
  let bytes = 0;
  let looked = began;
  while (Date.now() - began < seconds * 1000) {
    const due = Math.floor(((Date.now() - began) / 1000) * rate);
    const piece = [];
    for (const now = Date.now(); written < due; written++) piece.push(nextLine(now));
    if (piece.length > 0) {
      const text = `${piece.join('\n')}\n`;
      appendFileSync(log, text);
      bytes += text.length;
    }
    await new Promise((done) => setTimeout(done, 20));
    if (Date.now() - looked >= 5000) {
      looked = Date.now();
      look((looked - began) / 1000);
    }
  }
  return { lines: written, bytes, seconds: (Date.now() - began) / 1000 };
}
