/**
 * The parser against real servers: every case of cases.ts is carried out by a real client on a real sshd of several
 * Debian releases, a real syslog writes the lines, and what the parser makes of them must be what was tried. Runs
 * where it can (root, Linux, a Debian whose mirror answers); elsewhere it says why it did not, and fails in CI.
 *
 *   SSHD_RELEASES="bullseye bookworm trixie forky" npx vitest run tests/real
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Case } from './case.ts';
import { CASES, FEW_CASES } from './cases.ts';
import { debianRoot } from './debian-root.ts';
import { machineImpossible } from './machine.ts';
import { type Reading, readLog } from './reading.ts';
import { BUSYBOX, JOINING_RSYSLOG, RSYSLOG, type Syslog } from './servers.ts';
import { runSession, type Session } from './session.ts';

/** OpenSSH 9.2, one program for everything, and 10.0, which has split into sshd, sshd-session and sshd-auth. */
const RELEASES = (process.env.SSHD_RELEASES ?? 'bookworm trixie').split(/\s+/);
const PACKAGES = ['openssh-server', 'openssh-client', 'rsyslog', 'busybox', 'libpam-modules'];

const impossible = machineImpossible();

for (const release of RELEASES) {
  const programs =
    impossible === null
      ? debianRoot(release, PACKAGES)
      : { kind: 'out-of-reach' as const, reason: impossible };
  describe(`the sshd of Debian ${release}`, () => {
    if (programs.kind === 'root') tried(programs.path, release === RELEASES.at(-1));
    else notTried(programs.reason);
  });
}

function notTried(reason: string): void {
  process.stdout.write(`\n# tests/real/sshd was not run: ${reason}\n`);
  it.skipIf(!process.env.CI)(`was not tried: ${reason}`, () => {
    expect.fail(`in CI the real sshd must be tried, but ${reason}`);
  });
}

function tried(programs: string, isLast: boolean): void {
  holds(programs, RSYSLOG, CASES, 6);
  // syslog daemons know nothing of sshd: once will do
  if (!isLast) return;
  holds(programs, JOINING_RSYSLOG, FEW_CASES, 1);
  holds(programs, BUSYBOX, FEW_CASES, 1);
}

function holds(programs: string, syslog: Syslog, cases: readonly Case[], atOnce: number): void {
  describe(`with ${syslog.name}`, () => {
    let session: Session;
    const readings = new Map<string, Reading>();

    beforeAll(async () => {
      session = await runSession(programs, syslog, cases, atOnce);
      for (const [form, text] of session.logs) readings.set(form, readLog(text, session.to));
    }, 180_000);

    describe.each(syslog.logs)('in the form $form', ({ form }) => {
      const reading = () => readings.get(form)!;

      it('has no line that is not read', () => {
        const { unreadLines, unreadSamples } = reading().counts;
        expect(unreadSamples.map(({ text, reason }) => `${reason}: ${text}`)).toEqual([]);
        expect(unreadLines).toBe(0);
      });

      it('tells of no source but those that came', () => {
        const came = new Set(cases.map(({ source }) => source));
        expect([...reading().bySource.keys()].filter((source) => !came.has(source))).toEqual([]);
      });

      it('is of one sensor, and of the time of the session', () => {
        const { sensors, first, last } = reading();
        expect(sensors).toEqual(['sensor']);
        expect(first).toBeGreaterThanOrEqual(session.from);
        expect(last).toBeLessThanOrEqual(session.to);
      });
    });

    for (const [i, { server, says, source, client, expected }] of cases.entries()) {
      it(`${server.name}: ${says}`, () => {
        const { ran, unasked } = session.ended[i]!;
        const end = ran.status === 0 ? 'in' : ran.status === -1 ? 'killed' : 'out';
        // the client did what the case says
        expect({ end, unasked, stderr: ran.stderr }).toMatchObject({
          end: client.kind === 'ssh' ? client.ends : 'in',
          unasked: '',
        });
        for (const [form, { bySource }] of readings)
          expect({ form, attempts: bySource.get(source) ?? [] }).toEqual({ form, attempts: expected });
      });
    }
  });
}
