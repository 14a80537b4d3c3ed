import { describe, expect, it } from 'vitest';
import { everything } from '../../tests/golden/examples.ts';
import { adviceFor, type Situation } from './advice.ts';
import type { Logins } from './logins.ts';
import { buildReport } from './report.ts';
import type { CampaignReport, CompromisedReport } from './schema.ts';

const example = everything();
const [campaign] = buildReport(example.log, example.detection).campaigns;

const nothing: Logins = {
  failures: 0,
  passwordFailures: 0,
  keyboardFailures: 0,
  methodNotTold: 0,
  strangerFailures: 0,
  rootFailures: 0,
  passwordUsers: [],
};
const quiet: Situation = {
  logins: nothing,
  campaigns: [],
  notices: [],
  loudSources: 0,
  lines: 1000,
  unreadLines: 0,
};
const kinds = (situation: Partial<Situation>) => adviceFor({ ...quiet, ...situation }).map((one) => one.kind);
const guessed = (logins: Partial<Logins>) => ({
  logins: { ...nothing, failures: 9, strangerFailures: 9, ...logins },
});

describe('advice hangs on what the log shows', () => {
  it('gives none to a quiet log', () => expect(kinds({})).toEqual([]));

  it('gives none where only people failed', () => {
    expect(kinds({ logins: { ...nothing, failures: 4, passwordFailures: 4, rootFailures: 1 } })).toEqual([]);
  });

  it('passwords offered: switch them off', () => {
    expect(kinds(guessed({ passwordFailures: 9 }))).toEqual(['no-passwords']);
  });

  it('people still use passwords: keys first, or they are locked out', () => {
    expect(kinds(guessed({ passwordFailures: 9, passwordUsers: ['nora'] }))).toEqual([
      'keys-first',
      'no-passwords',
    ]);
  });

  it('no password was ever offered: stay with keys', () => {
    expect(kinds(guessed({ methodNotTold: 9 }))).toEqual(['stay-with-keys']);
  });

  it('keyboard-interactive needs an option of its own', () => {
    const [plain] = adviceFor({ ...quiet, ...guessed({ passwordFailures: 9 }) });
    const [keyboard] = adviceFor({ ...quiet, ...guessed({ passwordFailures: 5, keyboardFailures: 4 }) });
    expect(plain!.steps).toContain('In sshd_config: KbdInteractiveAuthentication no');
    expect(plain!.steps.join(' ')).not.toContain('Both are needed');
    expect(keyboard!.steps.join(' ')).toContain('4 of them came by keyboard-interactive');
  });

  it('root tried: forbid it', () => {
    expect(kinds(guessed({ passwordFailures: 9, rootFailures: 3 }))).toContain('no-root-login');
  });

  it('one unread line in a hundred is many, less is not', () => {
    expect(kinds({ unreadLines: 10 })).toEqual(['unread-lines']);
    expect(kinds({ unreadLines: 9 })).toEqual([]);
  });
});

describe('what to do after a compromise', () => {
  const lost = (more: Partial<CompromisedReport>): CompromisedReport => ({
    ...campaign!.compromised[0]!,
    ...more,
  });
  const stepsAfter = (...compromised: CompromisedReport[]) => {
    const campaigns: CampaignReport[] = [{ ...campaign!, compromised }];
    return adviceFor({ ...quiet, campaigns })[0]!.steps;
  };

  it('locks each account that was lost, ends its sessions, then looks what was done', () => {
    const steps = stepsAfter(lost({ user: 'ada' }), lost({ user: 'bob' }));
    expect(steps[0]).toContain('usermod --lock --expiredate 1 ada');
    expect(steps[1]).toContain('pkill -KILL -u ada');
    expect(steps[2]).toContain('usermod --lock --expiredate 1 bob');
    expect(steps.findIndex((step) => step.includes('what the session did'))).toBeGreaterThan(3);
  });

  it('takes a host off the network where it was root: no lock helps there', () => {
    const steps = stepsAfter(lost({ user: 'ada' }), lost({ user: 'root' }));
    expect(steps[0]).toContain('off the network');
    expect(steps.join(' ')).not.toContain('usermod');
  });

  it.each(['$(reboot)', 'a; rm -rf /', '-x', 'nora\n', 'x'.repeat(40)])(
    'never puts the name %j into a command to copy',
    (user) => {
      const steps = stepsAfter(lost({ user }));
      expect(steps[0]).toBe('Lock the account and end its sessions.');
      expect(steps.join(' ')).not.toContain('usermod');
    },
  );
});
