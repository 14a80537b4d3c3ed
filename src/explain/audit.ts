/**
 * What would make the guessing at this sshd pointless, in order of effect: each setting, how it stands, what part of the
 * attempts in the log it would have stopped, and what it would cost the people who log in. It changes nothing. Options
 * and defaults are those of sshd_config(5); what each does to slow guessing by many sources is this program's business.
 */

import { accountFindings } from './audit-accounts.ts';
import { connectionFindings } from './audit-connections.ts';
import { type GuessingFacts, hasPenalties } from './audit-log.ts';
import type { Connection, SshdSettings } from './audit-settings.ts';
import { NEWEST_KNOWN } from './audit-settings.ts';
import { counted } from './wording.ts';

export type AuditKind =
  | 'empty-passwords'
  | 'passwords'
  | 'root-login'
  | 'allow-users'
  | 'penalties'
  | 'max-auth-tries'
  | 'connections'
  | 'use-dns'
  | 'port'
  | 'log-level';

export interface AuditFinding {
  readonly kind: AuditKind;
  /** Names as sshd_config(5) writes them. */
  readonly options: readonly string[];
  /** How they stand, parallel to `options`. */
  readonly now: readonly string[];
  /** `open`: a change would help; `closed`: it is as it should be; `no-use`: it does nothing against this. */
  readonly state: 'open' | 'closed' | 'no-use';
  readonly says: string;
  /** Lines for sshd_config; empty where nothing is to change. */
  readonly lines: readonly string[];
  /** Attempts of the log that it would have stopped, or made pointless; null without a log, or where it cannot be told. */
  readonly stops: { readonly attempts: number; readonly of: number } | null;
  /** Who would have to change something: users in the log; null where nobody, or where no log tells. */
  readonly cost: { readonly users: readonly string[]; readonly says: string } | null;
}

export interface AuditReport {
  readonly schema: 'slowbrute.audit/1';
  readonly sshd: {
    /** `sshd -T`, or the path of a file. */
    readonly from: string;
    readonly kind: 'dump' | 'file';
    readonly release: string | null;
    /** The release whose defaults were taken for what the file does not say; null: none was needed. */
    readonly defaults: string | null;
    readonly connection: Connection | null;
    /** Match blocks that may say otherwise, and were left out. */
    readonly undecided: readonly string[];
    readonly unknown: readonly { readonly where: string; readonly text: string }[];
  };
  readonly log: {
    readonly paths: readonly string[];
    readonly campaigns: number;
    /** Failed attempts at sshd: of participants where there are campaigns, else of all strangers. */
    readonly attempts: number;
    readonly sources: number;
    readonly compromised: number;
  } | null;
  /** Whether a guessed password lets anybody in. */
  readonly verdict: 'open' | 'pointless';
  readonly says: string;
  /** Most attempts stopped first; what is as it should be, and what is of no use, at the end. */
  readonly findings: readonly AuditFinding[];
  /** All their lines, to be put at the beginning of sshd_config. */
  readonly lines: readonly string[];
  readonly steps: readonly string[];
}

export interface AuditSource {
  readonly from: string;
  readonly kind: 'dump' | 'file';
  readonly connection: Connection | null;
}

/** The report on `settings`; `log`: what a log shows and where it was, or null. */
export function buildAudit(
  settings: SshdSettings,
  source: AuditSource,
  log: { readonly paths: readonly string[]; readonly facts: GuessingFacts } | null,
): AuditReport {
  const facts = log?.facts ?? null;
  const findings = inOrder([
    ...accountFindings(settings, facts),
    ...connectionFindings(settings, facts, hasPenalties(settings.release)),
  ]);
  const isPointless = findings.every(({ kind, state }) => !DECISIVE.has(kind) || state === 'closed');
  const lines = findings.flatMap((one) => one.lines);
  return {
    schema: 'slowbrute.audit/1',
    sshd: {
      from: source.from,
      kind: source.kind,
      release: settings.release,
      defaults: source.kind === 'file' ? (settings.release ?? NEWEST_KNOWN) : null,
      connection: source.connection,
      undecided: settings.undecided,
      unknown: settings.unknown,
    },
    log:
      facts === null
        ? null
        : {
            paths: log?.paths ?? [],
            campaigns: facts.campaigns,
            attempts: facts.attempts,
            sources: facts.sources,
            compromised: facts.compromised,
          },
    verdict: isPointless ? 'pointless' : 'open',
    says: verdictWords(isPointless, facts),
    findings,
    lines,
    steps: lines.length === 0 ? [] : STEPS,
  };
}

/** Whether a password lets anybody in hangs on these alone. */
const DECISIVE: ReadonlySet<AuditKind> = new Set(['passwords', 'empty-passwords']);

const STEPS = [
  'Keep a session open until a second one has been let in: whoever locks himself out needs the console.',
  'Put the lines at the beginning of sshd_config, or into a file of /etc/ssh/sshd_config.d that it includes first: of each option the first value holds.',
  'Check them: sshd -t. Then reload sshd (systemctl reload ssh, service sshd reload, rcctl reload sshd), log in a second time, and ask again: slowbrute audit.',
];

const STATES: readonly AuditFinding['state'][] = ['open', 'closed', 'no-use'];

function inOrder(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  const effect = (one: AuditFinding) => one.stops?.attempts ?? -1;
  return [...findings].sort(
    (a, b) =>
      STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
      Number(b.kind === 'empty-passwords') - Number(a.kind === 'empty-passwords') ||
      effect(b) - effect(a),
  );
}

function verdictWords(isPointless: boolean, facts: GuessingFacts | null): string {
  const seen =
    facts === null || facts.attempts === 0
      ? ''
      : ` The log has ${counted(facts.attempts, 'failed attempt')} by ${counted(facts.sources, 'source')}` +
        (facts.campaigns > 0 ? ` of ${counted(facts.campaigns, 'campaign')}.` : ', no campaign among them.');
  return isPointless
    ? `Guessing passwords is pointless here: none lets anybody in.${seen}`
    : `A guessed password lets in here.${seen}`;
}
