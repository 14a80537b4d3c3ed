// A mixed auth.log of any size, the same one every time: six in ten lines are sshd's, as visits of one to four
// lines (invalid user, failed password, connection closed, accepted key); the rest are cron, sudo, systemd-logind
// and the kernel. Addresses and names are drawn with a heavy head, as real ones are.
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const TWO = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));
/** 2026-01-01T00:00:00Z */
const START = 1_767_225_600;
const DAYS = 180;

/** Writes the log unless it is there. `bytes`: size; `sources`, `names`: how many different ones. Returns the path. */
export function makeLog(path, { bytes, sources, names }) {
  if (existsSync(path) && statSync(path).size >= bytes) return path;
  mkdirSync(dirname(path), { recursive: true });
  const below = seeded(20081119);
  const addresses = Array.from({ length: sources }, (_, i) => address(i));
  const users = Array.from({ length: names }, (_, i) => (i === 0 ? 'root' : userName(i)));
  const drawn = (list) => list[Math.floor(list.length * (below(1_000_000) / 1_000_000) ** 2)];
  const file = openSync(`${path}.part`, 'w');
  let written = 0;
  let batch = '';
  let stamp = '';
  let stampOf = -1;
  let dayText = '';
  let dateOf = -1;
  const line = (text) => {
    batch += `${stamp} host ${text}\n`;
  };
  while (written < bytes) {
    const time = START + Math.floor(((written + batch.length) / bytes) * DAYS * 86_400);
    if (time !== stampOf) {
      const day = Math.floor(time / 86_400);
      if (day !== dateOf) {
        const date = new Date(time * 1000);
        dayText = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`;
        dateOf = day;
      }
      const second = time % 86_400;
      stamp = `${dayText} ${TWO[Math.floor(second / 3600)]}:${TWO[Math.floor(second / 60) % 60]}:${TWO[second % 60]}`;
      stampOf = time;
    }
    const pid = 1000 + below(60_000);
    const kind = below(100);
    if (kind < 46) other(line, below, pid);
    else visit(line, below, pid, drawn(addresses), drawn(users));
    if (batch.length > 4_000_000) {
      written += writeSync(file, batch);
      batch = '';
    }
  }
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}

function visit(line, below, pid, source, user) {
  const port = 32_768 + below(28_000);
  const at = `from ${source} port ${port}`;
  const tag = `sshd[${pid}]:`;
  const kind = below(10);
  if (kind === 0) {
    line(`${tag} Accepted publickey for deploy ${at} ssh2: ED25519 SHA256:${'k'.repeat(43)}`);
    line(`${tag} pam_unix(sshd:session): session opened for user deploy(uid=1000) by (uid=0)`);
  } else if (kind < 4 || user === 'root') {
    line(`${tag} Failed password for root ${at} ssh2`);
    line(`${tag} Connection closed by authenticating user root ${source} port ${port} [preauth]`);
  } else if (kind < 8) {
    line(`${tag} Invalid user ${user} ${at}`);
    line(`${tag} Failed password for invalid user ${user} ${at} ssh2`);
  } else line(`${tag} Connection closed by invalid user ${user} ${source} port ${port} [preauth]`);
}

function other(line, below, pid) {
  const kind = below(5);
  if (kind === 0)
    line(`CRON[${pid}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)`);
  else if (kind === 1) line(`CRON[${pid}]: pam_unix(cron:session): session closed for user root`);
  else if (kind === 2) {
    line(
      `sudo:     anna : TTY=pts/${below(9)} ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/systemctl status`,
    );
    line('sudo: pam_unix(sudo:session): session opened for user root(uid=0) by anna(uid=1001)');
  } else if (kind === 3) {
    line(`systemd-logind[612]: New session ${pid} of user deploy.`);
    line(`systemd-logind[612]: Session ${pid} logged out. Waiting for processes to exit.`);
  } else line(`kernel: [${pid}.${below(900_000) + 100_000}] eth0: link is up, 1000 Mbps full duplex`);
}

/** 198.18.0.0/15 (RFC 2544) holds 131,072; above that 2001:db8::/32, as botnets have both. */
function address(i) {
  if (i < 131_072) return `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
  return `2001:db8:${(i >> 8).toString(16)}::${((i & 255) + 1).toString(16)}`;
}

function userName(i) {
  let name = '';
  for (let n = i * 7919 + 26; n > 0; n = Math.floor(n / 26)) name = String.fromCharCode(97 + (n % 26)) + name;
  return name;
}

/** mulberry32: whole numbers below n, the same sequence for the same seed. */
function seeded(seed) {
  let state = seed | 0;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * n);
  };
}
