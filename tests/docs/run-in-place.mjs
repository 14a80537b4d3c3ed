// Runs commands of the documents in a place of their own: started by `unshare --mount --net`, so that nothing of the machine is
// touched. Reads one JSON document from standard input, { root, files, here, first, steps }; writes one line of JSON for each
// step that ran. `first`: what is run before the daemon of the place: daemons
// (`ready`: what they say when they are), and what wants none. See commands.test.ts.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const { root, files, here, first, steps } = JSON.parse(readFileSync(0, 'utf8'));

/** Error: the command's own words. */
function must(script) {
  const { status, stderr } = spawnSync('bash', ['-ec', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
}

// /srv holds what the other mounts are made of; the repository is laid below a layer that is thrown away, so is /etc
must(`
  mount --make-rprivate /
  ip link set lo up
  mount -t tmpfs tmpfs /srv
  mkdir /srv/repository /srv/.files /srv/.layer /srv/.work /srv/.etc /srv/.etc-work /srv/bin /srv/board
  cp -a ${files}/. /srv/.files/
  mount -t overlay overlay -o lowerdir=${root},upperdir=/srv/.layer,workdir=/srv/.work /srv/repository
  mount -t overlay overlay -o lowerdir=/etc,upperdir=/srv/.etc,workdir=/srv/.etc-work /etc
  modules=$(readlink -f ${root}/node_modules)
  mkdir -p /srv/.modules && mount --bind "$modules" /srv/.modules
  if test -L /srv/repository/node_modules; then
    rm /srv/repository/node_modules && mkdir /srv/repository/node_modules
    mount --bind /srv/.modules /srv/repository/node_modules
  fi
  for folder in /var/log /var/lib /run /tmp; do mount -t tmpfs tmpfs $folder; done
  mkdir -p /tmp/home/.local/share/bash-completion/completions /tmp/home/.zfunc /tmp/home/.config/fish/completions
  mkdir -p /var/lib/slowbrute /run/slowbrute /etc/slowbrute
  # folders that are there, the root first of all, stay as they are: what is no mount of this place is the machine's own
  tar -C /srv/.files -cf - . | tar -C / --no-overwrite-dir -xf -
`);
process.chdir(here);

const shims = {
  slowbrute: `exec '${process.execPath}' ${here}/dist/cli/main.js "$@"`,
  npx: `exec "$@"`,
  // sudo -u somebody: everybody is root here
  sudo: `test "$1" = -u && shift 2; exec "$@"`,
  // a program of the reader's own
  'ipset-update': 'cat > /dev/null',
  // an sshd that prints what it is set to, as the real one does for sshd -T
  sshd: `cat ${here}/settings.txt`,
};
for (const [name, text] of Object.entries(shims)) {
  writeFileSync(`/srv/bin/${name}`, `#!/bin/sh\n${text}\n`);
  chmodSync(`/srv/bin/${name}`, 0o755);
}
const env = {
  PATH: `/srv/bin:${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: '/tmp/home',
  LANG: 'C.UTF-8',
  USER: 'root',
};

const tell = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);

/** Puts a file of a document where commands are typed. */
function put({ name, text }) {
  mkdirSync(dirname(join(here, name)), { recursive: true });
  writeFileSync(join(here, name), text);
}

function runOnce({ id, text }) {
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', text], {
    cwd: here,
    env,
    encoding: 'utf8',
    input: '',
    timeout: 60_000,
    maxBuffer: 64 << 20,
  });
  return { id, status: status ?? signal, stdout: short(stdout), stderr: short(stderr) };
}

/** Enough to compare with what a document shows. */
const short = (text) => text.slice(0, 200_000);

/** Starts what does not end by itself, waits for its first words, ends it as a service manager does. */
function runAwhile({ id, text, ready }) {
  const child = spawn('bash', ['-c', `exec ${text}`], { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    child.kill('SIGTERM');
  };
  const late = setTimeout(end, 30_000);
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (chunk) => {
      said[name] += chunk;
      if (new RegExp(ready).test(said.stdout + said.stderr)) end();
    });
  return new Promise((done) => {
    child.on('close', (status, signal) => {
      clearTimeout(late);
      done({
        id,
        status: status ?? signal,
        stdout: short(said.stdout),
        stderr: short(said.stderr),
        wasReady: over,
      });
    });
  });
}

const written = spawnSync('slowbrute', ['config', 'example'], { env, encoding: 'utf8' }).stdout;
writeFileSync('/etc/slowbrute/slowbrute.toml', written);
for (const step of first) tell(step.ready === undefined ? runOnce(step) : await runAwhile(step));

// the daemon that the documents assume: the configuration to begin with, and the page
writeFileSync(
  '/etc/slowbrute/slowbrute.toml',
  `${written}\n[serve]\npage = true\n[metrics]\nlisten = "127.0.0.1:9477"\n`,
);
const daemon = spawn('slowbrute', ['watch'], { cwd: '/', env, stdio: ['ignore', 'ignore', 'pipe'] });
const ended = new Promise((done) => daemon.on('close', (status, signal) => done(status ?? signal)));
let told = '';
daemon.stderr.setEncoding('utf8').on('data', (chunk) => {
  told += chunk;
});
let up = false;
for (let tries = 0; tries < 60 && !up; tries++) {
  await new Promise((done) => setTimeout(done, 250));
  // before it has its history, a command would open that itself, and it could not
  if (!told.includes('keeps watch')) continue;
  const { status, stdout } = spawnSync('slowbrute', ['history', 'campaigns', '--format', 'json'], {
    env,
    encoding: 'utf8',
  });
  up = status === 0 && stdout.includes('"id":"c1"');
}
env.TOKEN = spawnSync('slowbrute', ['token', 'add', 'docs', '--scope', 'read'], { env, encoding: 'utf8' })
  .stdout.trim()
  .split(/\s+/)
  .at(-1);
tell({ id: 'daemon', status: up ? 0 : 1, stdout: '', stderr: told });

for (const step of steps) {
  if (step.kind === 'file') put(step);
  else tell(runOnce(step));
}
daemon.kill('SIGTERM');
tell({ id: 'daemon ended', status: await ended, stdout: '', stderr: told });
