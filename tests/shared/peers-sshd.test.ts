/**
 * The lines that other tools test their sshd parsers with. They are not part of this repository: they are read from
 * `shared/data/lines` beside it. Where that folder is absent this file says so and tests nothing. What is read
 * differently on purpose: docs/parsing.md.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLineReader } from '../../src/parse/line.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/lines');
const present = existsSync(FOLDER);

/** Tells of a login that failed or not, in the words that all versions of sshd share. */
const TELLS =
  /(?:^|: )(?:error: )?(?:Failed \S+ for|Accepted \S+ for|Invalid user|Illegal user|PAM: .* for .* from|maximum authentication attempts exceeded for|ROOT LOGIN REFUSED|(?:Connection (?:closed|reset) by|Disconnected from) (?:authenticating|invalid) user|User \S+ from \S+ not allowed|pam_unix\(sshd:auth\): authentication failure)/;

/** A joke of the test's author: no sshd calls a user `totobad`. */
const NO_SSHD = /from totobad user/;

const reader = () =>
  createLineReader({ timezone: 'UTC', year: null, reference: Date.UTC(2026, 10, 22) / 1000 });

function textOf(...path: string[]): string {
  return readFileSync(join(FOLDER, ...path), 'utf8');
}

/** Lines with the source that the peer reads from them. */
function sshguardLines(): { line: string; source: string | null; danger: number }[] {
  const [ssh = ''] = textOf('sshguard', 'tests.txt').split('# Dropbear');
  const lines = ssh.split('\n');
  const found = [];
  for (let i = 0; i + 1 < lines.length; i++) {
    const verdict = /^(?:\d+ (\S+) [46] (\d+)|\*)$/.exec(lines[i + 1]!);
    if (verdict === null) continue;
    found.push({ line: lines[i]!, source: verdict[1] ?? null, danger: Number(verdict[2] ?? 0) });
  }
  return found;
}

function ossecLines(...path: string[]): string[] {
  return textOf(...path)
    .split('\n')
    .flatMap((line) => /^log \d+ (?:pass|fail) = (.*)$/.exec(line)?.[1] ?? []);
}

function crowdsecLines(): string[] {
  return readdirSync(join(FOLDER, 'crowdsec'))
    .filter((name) => /^(?:ssh-|sshd|opnsense-sshd)/.test(name))
    .flatMap((name) =>
      readdirSync(join(FOLDER, 'crowdsec', name))
        .filter((file) => file.endsWith('.log'))
        .flatMap((file) => textOf('crowdsec', name, file).split('\n')),
    )
    .filter((line) => line.trim() !== '');
}

/** The last address of a line is the server's own word; nothing else may be read as its source. */
function addressesOf(line: string): string[] {
  return line.match(/(?:\d{1,3}\.){3}(?:\d{1,3}|x)|[0-9a-f]*:[0-9a-f:]{4,}/gi) ?? [];
}

function checkAll(lines: readonly string[]): void {
  const lineReader = reader();
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    const { event, kind } = lineReader.read(line);
    if (TELLS.test(line) && !NO_SSHD.test(line)) expect({ line, kind }).toEqual({ line, kind: 'attempt' });
    if (event?.source != null) expect(addressesOf(line), line).toContain(event.source);
  }
}

if (!present) {
  describe("the peers' lines", () => {
    test(`are not here (${FOLDER} is absent), so nothing is read from them`, () => {
      process.stderr.write(`peers' lines: ${FOLDER} is absent, nothing is read from them\n`);
      expect(present).toBe(false);
    });
  });
} else {
  describe('every line that tells of a login is read, and none with a wrong source', () => {
    test('sshguard', () => {
      const lineReader = reader();
      const lines = sshguardLines();
      expect(lines.length).toBeGreaterThan(50);
      for (const { line, source, danger } of lines) {
        const { event, kind } = lineReader.read(line);
        expect(kind === 'attempt' || kind === 'no-attempt', line).toBe(true);
        if (event === null) continue;
        expect(source !== null || event.outcome === 'success', line).toBe(true);
        if (source !== null) expect({ line, source: event.source }).toEqual({ line, source });
        expect(danger === 0 && event.outcome === 'failure', line).toBe(false);
      }
      checkAll(lines.map(({ line }) => line));
    });
    test('CrowdSec', () => checkAll(crowdsecLines()));
    test('OSSEC', () => checkAll(ossecLines('ossec', 'sshd.ini')));
    test('Wazuh', () => {
      checkAll(ossecLines('wazuh', 'sshd.ini'));
      checkAll(ossecLines('wazuh', 'macos-sshd.ini'));
      checkAll(
        textOf('wazuh', 'rules', 'log-entries', 'sshd')
          .split('\n')
          .filter((line) => line.trim() !== ''),
      );
    });
  });
}
