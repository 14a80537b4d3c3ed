/**
 * Settings about connections: per-source penalties, tries, times, numbers. Each looks at one source at a time, which is
 * what guessing by many sources is made to pass under, so most of them do little here: that is said, with the figure.
 */

import type { AuditFinding } from './audit.ts';
import { settingOf } from './audit-accounts.ts';
import type { GuessingFacts } from './audit-log.ts';
import type { SshdSettings } from './audit-settings.ts';
import { counted, percent } from './wording.ts';

export function connectionFindings(
  settings: SshdSettings,
  facts: GuessingFacts | null,
  canPenalise: boolean,
): AuditFinding[] {
  return [
    penalties(settings, facts, canPenalise),
    maxAuthTries(settings, facts),
    connections(settings),
    useDns(settings, facts),
    port(settings),
    logLevel(settings),
  ].filter((one) => one !== null);
}

function penalties(
  settings: SshdSettings,
  facts: GuessingFacts | null,
  canPenalise: boolean,
): AuditFinding | null {
  const now = settingOf(settings, 'persourcepenalties');
  const base = { kind: 'penalties' as const, options: ['PerSourcePenalties'] };
  const share =
    facts === null || facts.attempts === 0
      ? ''
      : ` With its defaults it would have refused ${shareWord(facts.penalised, facts.attempts)} of the attempts in this log: it sees loud sources, and a source that comes once a day is none.`;
  const stops = facts === null ? null : { attempts: facts.penalised, of: facts.attempts };
  if (now === '' && !canPenalise)
    return {
      ...base,
      now: ['not known to this sshd'],
      state: 'no-use',
      says: `OpenSSH refuses loud sources by itself from 9.8 on; this one is older.${share}`,
      lines: [],
      stops,
      cost: null,
    };
  const isOn = now !== 'no' && now !== '';
  return {
    ...base,
    now: [isOn ? 'yes' : 'no'],
    state: isOn ? 'closed' : 'open',
    says: isOn
      ? `Loud sources are refused for some minutes.${share}`
      : `Let sshd refuse loud sources by itself.${share}`,
    lines: isOn ? [] : ['PerSourcePenalties yes'],
    stops: isOn ? null : stops,
    cost: null,
  };
}

function shareWord(part: number, whole: number): string {
  return part === 0 ? 'none' : percent(part / whole);
}

/** Passwords that a person mistypes in one connection; ssh(1) itself asks three times (NumberOfPasswordPrompts). */
const TRIES = 3;

function maxAuthTries(settings: SshdSettings, facts: GuessingFacts | null): AuditFinding {
  const now = settingOf(settings, 'maxauthtries');
  const base = { kind: 'max-auth-tries' as const, options: ['MaxAuthTries'], now: [now] };
  const beyond = facts?.fromNth[TRIES + 1] ?? 0;
  const stops = facts === null ? null : { attempts: beyond, of: facts.attempts };
  const share =
    facts === null || facts.attempts === 0
      ? ''
      : ` Of the attempts in this log ${shareWord(beyond, facts.attempts)} were the fourth or a later one in a row.`;
  const isUseful = Number(now) > TRIES && facts !== null && beyond > 0;
  return {
    ...base,
    state: isUseful ? 'open' : 'no-use',
    says: `A limit of tries makes a guesser connect anew, which costs it nothing.${share}`,
    lines: isUseful ? [`MaxAuthTries ${TRIES}`] : [],
    stops,
    cost: isUseful
      ? {
          users: [],
          says: 'Whoever has more than three keys in the agent is refused before the right one is offered.',
        }
      : null,
  };
}

function connections(settings: SshdSettings): AuditFinding {
  const options = ['MaxStartups', 'PerSourceMaxStartups', 'LoginGraceTime'];
  const keywords = options.map((option) => option.toLowerCase());
  return {
    kind: 'connections',
    options,
    now: keywords.map((keyword) => settingOf(settings, keyword) || 'not known to this sshd'),
    state: 'no-use',
    says: 'They bound connections that stand open at the same time and have not logged in. Guessers who come one after the other never have two.',
    lines: [],
    stops: null,
    cost: null,
  };
}

function useDns(settings: SshdSettings, facts: GuessingFacts | null): AuditFinding {
  const now = settingOf(settings, 'usedns');
  const named =
    facts === null || facts.namedSources === 0
      ? ''
      : ` ${counted(facts.namedSources, 'source')} of this log ${facts.namedSources === 1 ? 'has' : 'have'} a name and no address: they cannot be blocked.`;
  const isOn = now === 'yes';
  return {
    kind: 'use-dns',
    options: ['UseDNS'],
    now: [now],
    state: isOn ? 'open' : 'closed',
    says: isOn
      ? `With UseDNS the log has names that whoever owns the address may choose, and each login waits for the name server.${named}`
      : `The log has addresses and not names, as it should.${named}`,
    lines: isOn ? ['UseDNS no'] : [],
    stops: null,
    cost: isOn
      ? {
          users: [],
          says: 'Rules by host name (AllowUsers user@host, Match Host, from= in authorized_keys) then need addresses.',
        }
      : null,
  };
}

function port(settings: SshdSettings): AuditFinding {
  return {
    kind: 'port',
    options: ['Port'],
    now: [(settings.values.get('port') ?? []).join(' ') || '22'],
    state: 'no-use',
    says: 'Another port keeps the log short, not the guessers out: in 2013 a campaign came to port 2222.',
    lines: [],
    stops: null,
    cost: null,
  };
}

function logLevel(settings: SshdSettings): AuditFinding | null {
  const now = settingOf(settings, 'loglevel');
  if (now !== 'quiet' && now !== 'fatal' && now !== 'error') return null;
  return {
    kind: 'log-level',
    options: ['LogLevel'],
    now: [now.toUpperCase()],
    state: 'open',
    says: 'Failed attempts are not written at this level, so nothing of what comes is seen.',
    lines: ['LogLevel INFO'],
    stops: null,
    cost: null,
  };
}
