import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadEffects } from './effects.ts';
import { findInputs } from './inputs.ts';

let root: string;
let effects: ReadEffects;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slowbrute-inputs-'));
  effects = { stdin: Readable.from([]), logFolder: join(root, 'var/log'), journal: join(root, 'journalctl') };
});
afterEach(() => rmSync(root, { recursive: true }));

function files(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), 'x');
  }
}

/** Groups as lists of paths without the temporary folder. */
function found(...paths: readonly string[]) {
  const { groups, troubles } = findInputs(
    paths.map((path) => (path === '-' ? path : join(root, path))),
    effects,
  );
  return {
    groups: groups.map((group) => group.inputs.map((input) => input.path.replace(`${root}/`, ''))),
    troubles: troubles.map((trouble) => `${trouble.code}: ${trouble.message.replaceAll(`${root}/`, '')}`),
  };
}

describe('what the user names', () => {
  it('takes a file as that file and nothing more', () => {
    files('auth.log', 'auth.log.1');
    expect(found('auth.log')).toEqual({ groups: [['auth.log']], troubles: [] });
  });

  it('orders the pieces of one log oldest first, whatever order they were named in', () => {
    files('auth.log', 'auth.log.1', 'auth.log.2.gz', 'auth.log.10.gz');
    expect(found('auth.log', 'auth.log.1', 'auth.log.10.gz', 'auth.log.2.gz').groups).toEqual([
      ['auth.log.10.gz', 'auth.log.2.gz', 'auth.log.1', 'auth.log'],
    ]);
  });

  it('keeps logs of the same name in different folders apart: they are different hosts', () => {
    files('a/auth.log', 'a/auth.log.1', 'b/auth.log');
    expect(found('b/auth.log', 'a/auth.log', 'a/auth.log.1').groups).toEqual([
      ['b/auth.log'],
      ['a/auth.log.1', 'a/auth.log'],
    ]);
  });

  it('reads a file named twice, or through a link, once', () => {
    files('auth.log');
    symlinkSync(join(root, 'auth.log'), join(root, 'link'));
    expect(found('auth.log', 'auth.log', 'link')).toEqual({
      groups: [['auth.log']],
      troubles: ['same-log: auth.log is named twice; link is auth.log under another name'],
    });
  });

  it('says of a file that it has another name, a hard one or a symbolic one', () => {
    files('auth.log');
    linkSync(join(root, 'auth.log'), join(root, 'hard'));
    symlinkSync(join(root, 'auth.log'), join(root, 'soft'));
    expect(found('hard', 'soft', 'auth.log')).toEqual({
      groups: [['hard']],
      troubles: ['same-log: soft is hard under another name; auth.log is hard under another name'],
    });
  });

  it('puts a compressed twin behind its original: whether it is one, its bytes tell', () => {
    files('auth.log.2', 'auth.log.2.gz', 'auth.log.1');
    expect(found('auth.log.2.gz', 'auth.log.1', 'auth.log.2')).toEqual({
      groups: [['auth.log.2', 'auth.log.2.gz', 'auth.log.1']],
      troubles: [],
    });
  });

  it('does not read what never ends, or never begins', () => {
    expect(findInputs(['/dev/zero', '/dev/null'], effects)).toMatchObject({
      groups: [{ inputs: [{ path: '/dev/null' }] }],
      troubles: [{ code: 'not-a-log', message: '/dev/zero: is a device, not a file' }],
    });
  });

  it('names each missing path and finds the rest', () => {
    files('auth.log');
    expect(found('gone', 'auth.log', 'auth.log/below', 'none*')).toEqual({
      groups: [['auth.log']],
      troubles: [
        'no-such-path: gone: no such file or folder',
        'no-such-path: auth.log/below: no such file or folder',
        'no-such-path: none*: no file matches',
      ],
    });
  });

  it('takes standard input once', () => {
    expect(found('-', '-').groups).toEqual([['-']]);
  });

  it('adds up sizes, and does not guess where one is unknown', () => {
    files('auth.log', 'secure');
    expect(findInputs([join(root, 'auth.log'), join(root, 'secure')], effects).bytes).toBe(2);
    expect(findInputs([join(root, 'auth.log'), '-'], effects).bytes).toBe(null);
  });
});

describe('with --follow-rotations', () => {
  const kin = (path: string) =>
    findInputs([join(root, path)], effects, { followRotations: true }).groups.map((group) =>
      group.inputs.map((input) => input.path.replace(`${root}/`, '')),
    );

  it.each<readonly [string, string, readonly string[]]>([
    ['logrotate', 'auth.log', ['auth.log.3.zst', 'auth.log.2.gz', 'auth.log.1', 'auth.log']],
    [
      'dateext',
      'messages',
      ['messages-20261025.xz', 'messages-20261101.xz', 'messages-20261108', 'messages'],
    ],
    [
      'dateformat with seconds',
      'auth.log',
      ['auth.log.20261101-1699999999.xz', 'auth.log.20261108-1700600000.xz', 'auth.log'],
    ],
    ['seconds alone', 'auth.log', ['auth.log-1793000000.bz2', 'auth.log-1793600000', 'auth.log']],
    ['newsyslog', 'authlog', ['authlog.2.gz', 'authlog.1.gz', 'authlog.0.gz', 'authlog']],
    ['number before the extension', 'auth.log', ['auth.2.log.gz', 'auth.1.log', 'auth.0.log', 'auth.log']],
    ['by month', 'secure', ['secure-202609.gz', 'secure-202610.gz', 'secure']],
    ['by the hour', 'secure', ['secure-2026110122.gz', 'secure-2026110123.gz', 'secure']],
  ])('finds the pieces of %s, oldest first', (_, current, names) => {
    files(...names, 'auth.log.bak', 'other.log.1', 'auth.logs.1', 'messages-archive', '.auth.log.1');
    expect(kin(current)).toEqual([names]);
  });

  it('finds the newer ones of a rotated piece, too', () => {
    files('auth.log', 'auth.log.1', 'auth.log.2.gz');
    expect(kin('auth.log.1')).toEqual([['auth.log.2.gz', 'auth.log.1', 'auth.log']]);
  });

  it('finds pieces where the current file is not there yet', () => {
    files('auth.log.1');
    expect(kin('auth.log.1')).toEqual([['auth.log.1']]);
  });
});

describe('a folder', () => {
  it('means its login logs, at any depth, where it has files named so', () => {
    files(
      'log/auth.log',
      'log/auth.log.1',
      'log/syslog',
      'log/nginx/access.log',
      'log/host/secure',
      'log/.auth.log',
    );
    expect(found('log').groups).toEqual([['log/auth.log.1', 'log/auth.log'], ['log/host/secure']]);
  });

  it('means every file that is not hidden where it has none named so', () => {
    files('fleet/web1.log', 'fleet/web2.log', 'fleet/.cache');
    expect(found('fleet').groups).toEqual([['fleet/web1.log'], ['fleet/web2.log']]);
  });

  it('does not follow a link to a folder, so that no circle is walked', () => {
    files('fleet/web1.log');
    symlinkSync(join(root, 'fleet'), join(root, 'fleet/again'));
    expect(found('fleet').groups).toEqual([['fleet/web1.log']]);
  });

  it('without a file is trouble that says so', () => {
    mkdirSync(join(root, 'empty'));
    expect(found('empty')).toEqual({ groups: [], troubles: ['no-logs: empty: the folder holds no log'] });
  });
});

describe('nothing named', () => {
  it('means this machine\u2019s own login logs with their rotated kin', () => {
    files('var/log/auth.log', 'var/log/auth.log.1', 'var/log/syslog', 'var/log/secure-20260801.gz');
    expect(found().groups).toEqual([
      ['var/log/auth.log.1', 'var/log/auth.log'],
      ['var/log/secure-20260801.gz'],
    ]);
  });

  it('means the journal where there is no login log', () => {
    files('var/log/syslog', 'journalctl');
    chmodSync(join(root, 'journalctl'), 0o755);
    expect(found().groups).toEqual([['journal']]);
  });

  it('means the general log where there is no journal either', () => {
    files('var/log/messages', 'var/log/messages.1');
    expect(found().groups).toEqual([['var/log/messages.1', 'var/log/messages']]);
  });

  it('is trouble where there is none of them', () => {
    expect(found().troubles).toEqual([
      'no-logs: this machine keeps no login log in var/log and has no systemd journal',
    ]);
  });
});
