/**
 * Where an audit's settings come from: this machine's sshd, asked by its argument vector, or a file. What goes wrong (no
 * sshd, no rights to read its host keys, a configuration that it refuses) is the operator's trouble, in its own words.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ConfigFile, matchesPattern, settingsOfFile } from '../explain/audit-config-file.ts';
import {
  type Connection,
  isDump,
  isKeyword,
  releaseIn,
  type SshdSettings,
  settingsOfDump,
} from '../explain/audit-settings.ts';
import { Trouble } from '../model/error.ts';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be run at all, e.g. ENOENT; null: it was. */
  readonly failed: string | null;
}

export interface SshdEffects {
  /** The whole path of this machine's sshd, which wants to be called by it; null: there is none. */
  find(): string | null;
  run(program: string, args: readonly string[]): Ran;
  /** Text of a file; throws as `fs.readFileSync`. */
  read(path: string): string;
  /** Names in a folder, in order; none where there is no such folder. */
  list(folder: string): readonly string[];
}

/** Where sshd is beside the folders of PATH: few users have /usr/sbin there. */
const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin', '/run/current-system/sw/bin'];
/** It reads some files and asks nobody; a resolver that hangs must not keep us, ms. */
const PATIENCE = 10_000;
/** A configuration is some kilobytes. Bytes. */
const LONGEST = 4 << 20;

export function realSshdEffects(): SshdEffects {
  return {
    find() {
      const folders = [
        ...(process.env.PATH ?? '').split(':').filter((one) => one.startsWith('/')),
        ...FOLDERS,
      ];
      return folders.map((folder) => join(folder, 'sshd')).find((path) => existsSync(path)) ?? null;
    },
    run(program, args) {
      const done = spawnSync(program, [...args], {
        shell: false,
        encoding: 'utf8',
        timeout: PATIENCE,
        killSignal: 'SIGKILL',
        maxBuffer: LONGEST,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      });
      const error = done.error as NodeJS.ErrnoException | undefined;
      return {
        status: done.status,
        stdout: done.stdout ?? '',
        stderr: done.stderr ?? '',
        failed: error === undefined ? null : (error.code ?? error.message),
      };
    },
    read(path) {
      if (statSync(path).size > LONGEST) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
      return readFileSync(path, 'utf8');
    },
    list(folder) {
      try {
        return readdirSync(folder).sort();
      } catch {
        return [];
      }
    },
  };
}

/** `user=root,host=h.example,addr=192.0.2.1` as `sshd -C` takes it. Throws `Trouble` (`wrong-call`). */
export function connectionOf(text: string): Connection {
  const known = new Set(['user', 'host', 'addr', 'laddr', 'lport', 'rdomain']);
  const connection: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [name = '', ...value] = part.split('=');
    if (!known.has(name) || value.join('=') === '' || /\p{Cc}/u.test(part))
      throw new Trouble(
        'wrong-call',
        `--connection ${text}: '${part}' is not part of one`,
        'Write user=NAME,host=NAME,addr=ADDRESS, and laddr=, lport=, rdomain= where Match asks for them.',
      );
    connection[name] = value.join('=');
  }
  return connection;
}

/** Settings of the sshd at `program` (null: this machine's). Throws `Trouble`. */
export function settingsOfSshd(
  program: string | null,
  connection: Connection | null,
  effects: SshdEffects,
): { readonly settings: SshdSettings; readonly program: string } {
  const found = program ?? effects.find() ?? 'sshd';
  const version = effects.run(found, ['-V']);
  if (version.failed === 'ENOENT')
    throw new Trouble(
      'no-such-path',
      program === null ? 'this machine has no sshd' : `${program} is not there`,
      'Name it (--sshd PATH), or read its settings from a file: sshd -T > settings.txt there, and --sshd-config settings.txt here.',
    );
  const spec =
    connection === null
      ? []
      : [
          '-C',
          Object.entries(connection)
            .map(([k, v]) => `${k}=${v}`)
            .join(','),
        ];
  const asked = effects.run(found, ['-T', ...spec]);
  if (asked.failed !== null || asked.status !== 0) throw refusal(found, asked);
  const release = releaseIn(`${version.stdout}${version.stderr}`);
  return { settings: settingsOfDump(asked.stdout, release), program: found };
}

function refusal(program: string, { failed, status, stderr }: Ran): Trouble {
  const said = stderr.trim().split('\n').slice(-2).join('; ');
  if (failed === 'ETIMEDOUT')
    return new Trouble(
      'not-readable',
      `${program} -T did not answer within ${PATIENCE / 1000} s`,
      'Try it by hand.',
    );
  if (failed === 'EACCES' || /no hostkeys available|permission denied|Could not load host key/i.test(stderr))
    return new Trouble(
      'no-rights',
      `${program} -T needs root: it reads the host keys (${said || (failed ?? '')})`,
      'Run: sudo slowbrute audit ... Or as root: sshd -T > settings.txt, and then --sshd-config settings.txt',
    );
  if (/in configuration but '\w+' not in connection test specification/.test(stderr))
    return new Trouble(
      'wrong-call',
      `this sshd has Match blocks and wants to know of which connection: ${said}`,
      'Add --connection user=NAME,host=NAME,addr=ADDRESS',
    );
  return new Trouble(
    'not-readable',
    `${program} -T ended with ${failed ?? `status ${status ?? '?'}`}: ${said}`,
    'Mend its configuration (sshd -t says where), or name a file: --sshd-config',
  );
}

/** Settings of a file: what `sshd -T` printed, or an sshd_config. Throws `Trouble` where it is neither. */
export function settingsOfPath(
  path: string,
  connection: Connection | null,
  release: string | null,
  effects: SshdEffects,
): { readonly settings: SshdSettings; readonly kind: 'dump' | 'file' } {
  const text = textOf(path, effects);
  if (isDump(text)) return { settings: settingsOfDump(text, release), kind: 'dump' };
  const words = text
    .split('\n')
    .map((line) => /^\s*([A-Za-z0-9]+)/.exec(line)?.[1])
    .filter((word) => word !== undefined);
  const known = words.filter(isKeyword).length;
  // an ssh_config has Host blocks, and a log has dates: half of the words would be strange
  if (/^\s*Host\s/im.test(text) || text.includes('\0') || (words.length > 0 && known < words.length / 2))
    throw new Trouble(
      'not-readable',
      `${path} is neither an sshd_config nor what sshd -T prints`,
      /^\s*Host\s/im.test(text)
        ? "It looks like ssh's own configuration: sshd's is /etc/ssh/sshd_config."
        : 'Name such a file: --sshd-config /etc/ssh/sshd_config',
    );
  const include = (pattern: string): ConfigFile[] =>
    included(pattern.startsWith('/') ? pattern : join('/etc/ssh', pattern), effects);
  return { settings: settingsOfFile({ path, text }, { release, connection, include }), kind: 'file' };
}

function textOf(path: string, effects: SshdEffects): string {
  try {
    return effects.read(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new Trouble('no-such-path', `${path} is not there`, 'Name the file: --sshd-config FILE');
    if (code === 'EACCES')
      throw new Trouble(
        'no-rights',
        `${path} may not be read`,
        'Run it as root, or as the owner of the file.',
      );
    throw new Trouble(
      'not-readable',
      `${path} cannot be read (${code})`,
      'Name an sshd_config: --sshd-config FILE',
    );
  }
}

/** Files of a pattern of Include; glob(3) in the last part, and in the folder before it. */
function included(pattern: string, effects: SshdEffects): ConfigFile[] {
  const folders = dirname(pattern).includes('*')
    ? effects
        .list(dirname(dirname(pattern)))
        .filter((name) => matchesPattern(name, basename(dirname(pattern))))
        .map((name) => join(dirname(dirname(pattern)), name))
    : [dirname(pattern)];
  return folders.flatMap((folder) =>
    effects
      .list(folder)
      .filter(
        (name) =>
          matchesPattern(name, basename(pattern)) &&
          (!name.startsWith('.') || basename(pattern).startsWith('.')),
      )
      .flatMap((name) => {
        const path = join(folder, name);
        return [{ path, text: textOf(path, effects) }];
      }),
  );
}
