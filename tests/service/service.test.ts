/**
 * The service files against the programs that read them, where this machine has them: systemd-analyze for the units,
 * shellcheck for the scripts. Elsewhere it says what was not tried.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = resolve(import.meta.dirname, '../../service');
const has = (program: string) => spawnSync(program, ['--version']).status === 0;
const run = (program: string, args: readonly string[]) => {
  const { stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return `${stdout}${stderr}`;
};
const UNITS = ['slowbrute.service', 'slowbrute-responder.service'];
const unit = (name: string) => readFileSync(join(folder, name), 'utf8');
const values = (text: string, key: string) =>
  [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map((found) => found[1]);

describe('the units', () => {
  it.skipIf(!has('systemd-analyze')).each(UNITS)('%s has no word that systemd does not know', (name) => {
    const complaints = run('systemd-analyze', ['verify', join(folder, name)])
      .split('\n')
      .filter((line) => line.includes(folder))
      // systemd 253 and later know it, older ones say that they ignore it
      .filter((line) => !line.includes("'OpenFile'"));
    expect(complaints).toEqual([]);
  });

  it.skipIf(!has('systemd-analyze')).each(UNITS)('%s is exposed by 2.0 of 10 at most', (name) => {
    const said = run('systemd-analyze', ['security', '--offline=true', join(folder, name)]);
    const exposure = /Overall exposure level for \S+: (\d+\.\d)/.exec(said)?.[1];
    expect(exposure, said).toBeDefined();
    expect(Number(exposure)).toBeLessThanOrEqual(2);
  });

  it('give the right to change the firewall to the responder alone', () => {
    expect(values(unit('slowbrute.service'), 'CapabilityBoundingSet')).toEqual(['']);
    expect(values(unit('slowbrute-responder.service'), 'CapabilityBoundingSet')).toEqual(['CAP_NET_ADMIN']);
    for (const name of UNITS) expect(values(unit(name), 'User')[0]).toMatch(/^slowbrute/);
  });

  it('do not forbid memory that is written and run, which Node cannot do without', () => {
    for (const name of UNITS) expect(unit(name)).not.toMatch(/^MemoryDenyWriteExecute/m);
  });
});

describe('the scripts', () => {
  const scripts = ['openrc/slowbrute', 'rc.d/slowbrute.freebsd', 'rc.d/slowbrute.openbsd'];
  it.skipIf(!has('shellcheck')).each(scripts)('%s is clean to shellcheck', (name) => {
    expect(run('shellcheck', [join(folder, name)])).toBe('');
  });
  it.each(scripts)('%s is a script of sh', (name) => {
    expect(spawnSync('sh', ['-n', join(folder, name)]).status).toBe(0);
  });
});
