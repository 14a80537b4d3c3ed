/**
 * The files of the place in which the commands of the documents are run: logs under the names that the documents use, made by
 * the simulator. Times end an hour before now, so that `--since 14d` finds something.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SpoolWriter } from '../../src/fleet/spool.ts';
import { DAY, HOUR } from '../../src/model/time.ts';
import { renderLog } from '../../src/simulate/render.ts';
import { readScenario } from '../../src/simulate/scenario.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { mmdb } from '../read/mmdb.ts';
import { tar } from '../read/pack.ts';

/** A small site of three weeks, and a list in alphabetical order that gets in. */
function siteLog(now: number) {
  const days = 21;
  const start = now - HOUR - days * DAY;
  const scenario = readScenario({
    name: 'documents',
    summary: 'What the examples of the documents are run on.',
    start: `${new Date(start * 1000).toISOString().slice(0, 19)}Z`,
    days,
    log: { style: 'openssh-journal-iso' },
    sensors: ['host'],
    accounts: ['deploy', 'git'],
    actors: [
      { kind: 'people', count: 4, names: ['ada'], loginsPerDay: 3 },
      { kind: 'loud', perDay: 0.5 },
      { kind: 'scanners', perDay: 15 },
      {
        kind: 'campaign',
        name: 'list',
        fromDay: 12,
        list: { names: 60, order: 'alphabetical', knownShare: 0.05, triesPerName: { between: [3, 6] } },
        sources: { count: 60, returnHours: [10, 60] },
        pace: { gapSeconds: 1500, gaps: 'regular', jitter: 0.1 },
        sensors: 'all',
        hit: { at: 0.8, laterLoginHours: 5 },
      },
    ],
  });
  const simulation = simulate(scenario, 7);
  const lines = [...renderLog(simulation, { style: 'openssh-journal-iso' })];
  const last = lines.at(-1)!.slice(0, 19);
  lines.push(
    `${last}.999999+00:00 host sshd-session[4711]: Failed password for invalid user guest from 203.0.113.9 port 40022 ssh2`,
  );
  return { lines, simulation };
}

/** Writes the files below `folder`, as they stand below `/` of the place; `here` is where commands are typed. */
export function writePlace(folder: string, here: string, now: number): void {
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const { lines, simulation } = siteLog(now);
  const text = (some: readonly string[]) => `${some.join('\n')}\n`;
  const third = Math.floor(lines.length / 3);
  const pieces = [lines.slice(2 * third), lines.slice(third, 2 * third), lines.slice(0, third)].map(text);
  const [newest = '', older = '', oldest = ''] = pieces;
  put('var/log/auth.log', newest);
  put('var/log/auth.log.1', older);
  put('var/log/auth.log.2.gz', gzipSync(oldest));
  put('var/log/app.log', appLog(now));
  put('var/log/mail.log', mailLog());

  const all = text(lines);
  put(`${here}/auth.log`, all);
  put(`${here}/logs/auth.log`, newest);
  put(`${here}/logs/auth.log.1`, older);
  put(`${here}/mail.log.xz`, gzipSync(mailLog())); // told by its bytes, not by its name
  put(`${here}/backup.tar.zst`, tar([{ name: 'backup/auth.log', bytes: Buffer.from(older) }]));
  put(`${here}/old.tar.xz`, tar([{ name: 'old/auth.log', bytes: Buffer.from(oldest) }]));
  put(`${here}/old/authlog.gz`, gzipSync(oldest));
  put(`${here}/line.log`, README_LINE);
  put(`${here}/export.json`, exported(lines));
  put(`${here}/logins.csv`, LOGINS);
  put(`${here}/shop.log`, SHOP);
  put(`${here}/mine.toml`, MINE);
  put(`${here}/settings.txt`, SSHD_SETTINGS);
  put('etc/ssh/sshd_config', 'PasswordAuthentication yes\nPermitRootLogin yes\n');
  put('var/lib/GeoIP/GeoLite2-ASN.mmdb', networks());
  const spool = new SpoolWriter(join(folder, here, 'attempts'), 4);
  for (const attempt of simulation.attempts) spool.add(attempt);
  spool.close();
}

const README_LINE =
  'Nov 19 15:04:22 host sshd[4022]: Failed password for invalid user alias from 192.0.2.7 port 40992 ssh2\n';

/** What docs/formats.md shows of `check --unread`. */
function mailLog(): string {
  const at = (i: number) =>
    `Feb  3 04:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} mail`;
  const lines: string[] = [];
  for (let i = 0; i < 812; i++)
    lines.push(
      i % 7 === 0
        ? `${at(i)} dovecot: imap-login: Login: user=<ada>, method=PLAIN, rip=192.0.2.${i % 200}, lip=198.51.100.1, mpid=${4000 + i}, TLS, session=<a${i}>`
        : `${at(i)} postfix/qmgr[812]: ${i.toString(16).toUpperCase()}: removed`,
    );
  lines[811] = `${at(811)} dovecot: imap-login: Login aborted by the proxy for bob from 192.0.2.9`;
  lines.push(`${at(812)} dovecot: imap-login: Login aborted by the proxy for bob from 192.0.2.10`);
  return `${lines.join('\n')}\n`;
}

const EXPORT_PER = 40;
function exported(lines: readonly string[]): string {
  return lines
    .filter((line) => line.includes('Failed password'))
    .slice(0, EXPORT_PER)
    .map((line) => {
      const message = line.slice(line.indexOf(' sshd-session') + 1);
      return JSON.stringify({ ts: line.slice(0, 32), text: message, agent: { name: 'host' } });
    })
    .join('\n');
}

const LOGINS = `when,client,account,result
2026-11-19T15:04:22Z,192.0.2.7,alias,failed
2026-11-19T15:07:32Z,192.0.2.8,alias,failed
2026-11-19T15:10:20Z,192.0.2.9,ada,ok
`;

/** A file of forms, as `check --forms` takes it. */
const MINE = `service = 'mine'
means = 'A program of the house.'
programs = ['mined']
join = 'none'

[[form]]
id = 'mine.failed'
template = 'bad login <user> from <ip>'
tells = 'failure'
since = '1.0'
means = 'This user was tried.'
samples = [{ message = 'bad login bob from 192.0.2.7', user = 'bob', source = '192.0.2.7' }]
`;

const SHOP = `{"event":"login","ok":false,"at":1795330862,"client":{"ip":"192.0.2.7"},"account":"bob","reason":"wrong password","node":"web1"}\n`;

function appLog(now: number): string {
  const stamp = new Date((now - DAY) * 1000).toISOString().slice(0, 19);
  return [7, 8, 9]
    .map((i) => `${stamp}Z web appd[7]: login of bob at 192.0.2.${i} port 4711 denied: bad password\n`)
    .join('');
}

/** What an sshd of Debian 12 prints of itself, shortened. */
export const SSHD_SETTINGS = `port 22
permitrootlogin yes
pubkeyauthentication yes
passwordauthentication yes
kbdinteractiveauthentication no
usepam yes
maxauthtries 6
usedns no
permitemptypasswords no
logingracetime 120
maxstartups 10:30:100
persourcemaxstartups none
loglevel INFO
authenticationmethods any
`;

function networks(): Uint8Array {
  const of = (number: number, name: string) => ({
    autonomous_system_number: number,
    autonomous_system_organization: name,
  });
  return mmdb('GeoLite2-ASN', {
    '240.0.0.0/4': of(64_500, 'Example Net'),
    '203.0.113.0/24': of(64_501, 'Other Net'),
  });
}
