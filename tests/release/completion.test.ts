// Completion in the real shells. One that is not installed is skipped, and the test says so.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../src/cli/program.ts';
import { everyCommand, referenceOf } from '../../src/cli/reference.ts';
import { SHELLS } from '../../src/cli/shell/shells.ts';
import { quietEffects } from './quiet.ts';
import { isThere, offered, writeScripts } from './shells.ts';

const reference = referenceOf(commandLine(quietEffects(), () => {}));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slowbrute-completion-'));
  writeScripts(folder);
  mkdirSync(join(folder, 'logs'));
  for (const name of ['auth.log', 'of the mail.log', "it's.toml"]) writeFileSync(join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

for (const shell of SHELLS) {
  describe.skipIf(!isThere(shell))(`${shell}${isThere(shell) ? '' : ': is not installed here'}`, () => {
    const after = (line: string) => offered(shell, `slowbrute ${line}`, folder);

    it('takes the script without a word', () => {
      const path = join(folder, shell === 'zsh' ? 'zfunc/_slowbrute' : `slowbrute.${shell}`);
      const { stderr, status } = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    });

    it('completes commands', () => {
      expect(after('sc')).toEqual(['scan']);
      expect(after('')).toEqual(
        expect.arrayContaining(['completion', 'fleet', 'help', 'scan', 'token', 'watch']),
      );
    });

    it('completes the commands of a command', () => {
      expect(after('fleet ')).toEqual(['detect', 'worker']);
      expect(after('token re')).toEqual(['revoke']);
    });

    it('completes options', () => {
      expect(after('replay --cl')).toEqual(['--closed']);
      expect(after('fleet worker --b')).toEqual(['--board']);
    });

    it('completes the words of an option, in the next word or behind =', () => {
      expect(after('scan --format ')).toEqual(['html', 'json', 'text']);
      expect(after('scan -f ')).toEqual(['html', 'json', 'text']);
      const [one] = after('scan --format=j');
      expect(one?.replace('--format=', '')).toBe('json');
      expect(after('token add ann --scope f')).toEqual(['feed']);
      expect(after('simulate --like ros')).toContain('rosalita');
    });

    it('completes the words of an argument, at its place only', () => {
      expect(after('config ch')).toEqual(['check']);
      expect(after('config --help ch')).toEqual(['check']);
      expect(after('block --for 2d pl')).toEqual(['plan']);
      expect(after('block add pl')).toEqual([]);
    });

    it('completes files, with blanks and quotes in their names', () => {
      const plain = (names: readonly string[]) =>
        names.map((one) => one.replaceAll('\\', '').replace(/\/$/, ''));
      expect(plain(after('scan a'))).toEqual(['auth.log']);
      expect(plain(after('scan --since 14d of'))).toEqual(['of the mail.log']);
      expect(plain(after('config check it'))).toEqual(["it's.toml"]);
      expect(plain(after('watch --state l'))).toEqual(['logs']);
    });

    it('does not take the value of an option for a command', () => {
      expect(after('scan --since fleet --fo')).toEqual(['--follow-rotations', '--format', '--forms']);
      expect(after('scan --format json --fo')).toContain('--forms');
    });

    it('offers every option of every command', { timeout: 300_000 }, () => {
      // of zsh, which takes seconds to start, some
      const some = everyCommand(reference).filter((_, i) => shell !== 'zsh' || i % 8 === 0);
      for (const command of some) {
        const given = after([...command.path.slice(1), '--'].join(' '));
        const missing = command.options.filter(({ long }) => !given.includes(long));
        expect(missing.map(({ long }) => `${command.path.join(' ')} ${long}`)).toEqual([]);
      }
    });
  });
}
