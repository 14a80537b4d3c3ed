// What a stranger does first with a slowbrute that was just installed, and whether it works: run by Node alone, so that it can be
// carried into a clean system.
//
//   node check-command.mjs SAMPLE COMMAND...      SAMPLE: samples/rosalita.log.gz; COMMAND: e.g. node build/slowbrute.mjs
//
// Prints a line for each thing tried; exit status 1 where one did not work.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [sample, command, ...before] = process.argv.slice(2);
if (command === undefined) {
  process.stderr.write('check-command: no command is named\nGive a sample and a command.\n');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'slowbrute-check-'));
const environment = {
  ...process.env,
  HOME: folder,
  XDG_STATE_HOME: join(folder, 'state'),
  LC_ALL: 'C.UTF-8',
};
let failures = 0;

function slowbrute(args, more = {}) {
  return spawnSync(command, [...before, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    timeout: 300_000,
    env: { ...environment, ...more },
  });
}

/** `holds` is given what was written and says what is wrong with it, or nothing. */
function tried(what, args, holds, more) {
  const { status, stdout, stderr, error } = slowbrute(args, more);
  const wrong =
    error !== undefined
      ? String(error)
      : status !== 0
        ? `ended with ${status}: ${stderr.trim()}`
        : holds(stdout, stderr);
  told(what, wrong);
}

function told(what, wrong) {
  if (wrong) failures++;
  process.stdout.write(`${wrong ? 'FAILED' : 'ok    '} ${what}${wrong ? `: ${wrong.slice(0, 400)}` : ''}\n`);
}

const contains = (part) => (text) =>
  text.includes(part) ? '' : `'${part}' is missing in: ${text.slice(0, 500)}`;
const year = ['--year', '2008'];

tried('version', ['--version'], (text) => (/^\d+\.\d+\.\d+\S*\n$/.test(text) ? '' : text));
tried('help', ['--help'], contains('Examples:'));
tried('help of a command', ['help', 'watch'], contains('--dry-run'));
tried('scan', ['scan', ...year, sample], (text, errors) =>
  errors === ''
    ? contains('Campaign c1: 837 sources, 16,727 attempts')(text)
    : `on standard error: ${errors}`,
);
tried('scan --format json', ['scan', '--format', 'json', ...year, sample], (text) =>
  JSON.parse(text).campaigns[0].participants.length === 837 ? '' : 'other participants',
);
tried('scan --format html', ['scan', '--format', 'html', ...year, sample], (text) =>
  text.startsWith('<!doctype html>') && text.includes('script-src') ? '' : text.slice(0, 200),
);

// long enough for the second thread, which Node tells of when it is asked
const plain = gunzipSync(readFileSync(sample));
writeFileSync(join(folder, 'long.log'), Buffer.concat(Array.from({ length: 24 }, () => plain)));
tried(
  'scan with two threads',
  ['scan', '--format', 'json', ...year, 'long.log'],
  (text, errors) => {
    if (JSON.parse(text).input.attempts === 0) return 'no attempts';
    return /worker/i.test(errors) ? '' : 'no second thread was started';
  },
  { NODE_DEBUG: 'worker' },
);
tried(
  'audit',
  ['audit', '--sshd-config', '/dev/null', '--openssh', '9.2', ...year, sample],
  contains('PasswordAuthentication'),
);
tried('replay', ['replay', ...year, sample], contains('2008'));
tried(
  'evaluate --live with threads',
  ['evaluate', '--live', '--only', 'february', '--seeds', '1', '--threads', '2'],
  contains('ebruary'),
);
tried('simulate', ['simulate', '--like', 'rosalita', '--out', 'simulated.log'], () => '');
tried('export', ['export', '-f', 'text', ...year, sample], (text) =>
  text.split('\n').length > 200 ? '' : text,
);
tried('completion', ['completion', 'bash'], contains('complete -F'));
writeFileSync(join(folder, 'slowbrute.toml'), slowbrute(['config', 'example']).stdout);
tried('config check', ['config', 'check', 'slowbrute.toml'], contains(''));
tried('watch --once', ['watch', '--state', 'kept', '--once', 'simulated.log'], () => '');
tried('history', ['history', 'campaigns', '--state', 'kept', '--format', 'json'], (text) =>
  text.trim() !== '' ? '' : 'the history is empty',
);
await serving();

/** The page of a finished log: asked as a browser asks, and without a token. */
async function serving() {
  const child = spawn(command, [...before, 'serve', '--listen', '127.0.0.1:0', ...year, sample], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const address = await new Promise((found) => {
    const timer = setTimeout(() => found(null), 120_000);
    const more = (bytes) => {
      said += bytes;
      const at = /http:\/\/127\.0\.0\.1:(\d+)\/#?(\S*)/.exec(said);
      if (at === null) return;
      clearTimeout(timer);
      found({ port: at[1], token: at[2].replace(/^token=/, '') });
    };
    child.stdout.on('data', more);
    child.stderr.on('data', more);
    child.on('exit', () => found(null));
  });
  if (address === null) return told('serve', `it names no address: ${said}`);
  const ask = (path, headers = {}) => fetch(`http://127.0.0.1:${address.port}${path}`, { headers });
  const page = await ask('/');
  const text = await page.text();
  told(
    'serve: the page',
    page.status === 200 && /<script[^>]+assets\//.test(text) ? '' : `${page.status} ${text}`,
  );
  const script = await ask(/assets\/[^"]+\.js/.exec(text)?.[0].replace(/^/, '/') ?? '/none');
  told('serve: its script', script.status === 200 ? '' : String(script.status));
  const refused = await ask('/api/v1/overview');
  told('serve: nothing without a token', refused.status === 401 ? '' : String(refused.status));
  const asked = await ask('/api/v1/overview', { authorization: `Bearer ${address.token}` });
  const answer = await asked.text();
  told(
    'serve: the API',
    asked.status === 200 && answer.includes('campaigns') ? '' : `${asked.status} ${answer.slice(0, 200)}`,
  );
  child.kill('SIGTERM');
  await new Promise((ended) => (child.exitCode === null ? child.once('exit', ended) : ended()));
}

rmSync(folder, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;
