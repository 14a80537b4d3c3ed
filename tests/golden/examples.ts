/**
 * Attempts and detections made by hand, with every kind of evidence and notice, for the tests of what a person sees.
 * Addresses are those of RFC 5737 and RFC 3849, names are invented.
 */
import type { ReportInput } from '../../src/explain/report.ts';
import type { AttemptTable } from '../../src/model/attempt.ts';
import type { Campaign, Detection, Evidence, Notice, Participant } from '../../src/model/detection.ts';
import { AttemptTableBuilder } from '../../src/model/table.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/time.ts';

export interface Example {
  readonly log: ReportInput;
  readonly detection: Detection;
}

const START = Date.parse('2008-11-19T15:04:22Z') / 1000;

const NAMES = (
  'alias amanda amavis apache backup barbara bind carla cyrus daemon dana debbie elmer emily fabian ' +
  'fanny ftp gabriel games gerda gloria guest hanna harry heather hector hedda'
).split(' ');

/** Attempts of sources on users, from which campaigns take the rows they want. */
class Log {
  readonly builder = new AttemptTableBuilder();

  add(time: number, source: string, user: string | null, more: Partial<More> = {}): void {
    const {
      known = false,
      success = false,
      method = 'keyboard-interactive',
      sensor = 'mail.host.example',
    } = more;
    this.builder.append({ time, source, user, sensor, success, known, method });
  }
}

interface More {
  readonly known: boolean | null;
  readonly success: boolean;
  readonly method: string | null;
  readonly sensor: string;
}

const NO_INPUT: ReportInput['input'] = { paths: [], bytes: 0, lines: 0, unreadLines: 0, unreadSamples: [] };

/** What a detector would say of the rows that `belongs` picks. */
function campaignOf(
  table: AttemptTable,
  belongs: (source: string, user: string, row: number) => boolean,
  facts: Pick<Campaign, 'falseAlarm' | 'order' | 'medianGapSeconds' | 'evidence'> & Partial<Campaign>,
): Campaign {
  const rows: number[] = [];
  const bySource = new Map<number, { attempts: number; first: number; last: number }>();
  for (let row = 0; row < table.length; row++) {
    const source = table.source[row]!;
    if (!belongs(table.sources[source]!, table.users[table.user[row]!]!, row)) continue;
    rows.push(row);
    const time = table.time[row]!;
    const seen = bySource.get(source);
    if (seen === undefined) bySource.set(source, { attempts: 1, first: time, last: time });
    else {
      seen.attempts++;
      seen.last = time;
    }
  }
  const participants = [...bySource]
    .map(
      ([source, seen], i): Participant => ({
        source,
        attempts: seen.attempts,
        firstSeen: seen.first,
        lastSeen: seen.last,
        confidence: 0.99999 - i / 500,
        loud: false,
      }),
    )
    .sort(
      (a, b) => b.attempts - a.attempts || (table.sources[a.source]! < table.sources[b.source]! ? -1 : 1),
    );
  return {
    firstSeen: table.time[rows[0]!]!,
    lastSeen: table.time[rows[rows.length - 1]!]!,
    rows: Uint32Array.from(rows),
    participants,
    compromised: [],
    ...facts,
  };
}

/** The shape of 2008 in small: a walk through the alphabet that gets in, root alone beside it, and all notices. */
export function everything(): Example {
  const log = new Log();
  const host = (i: number) => (i % 5 === 0 ? `dsl-${i}.isp${i % 7}.example` : `203.0.113.${i}`);
  let at = START;
  let turn = 0;
  NAMES.forEach((name, n) => {
    for (let i = 0; i < 6; i++) {
      log.add(at, host(turn % 60), name, { known: name === 'backup' || name === 'games' });
      turn = (turn * 7 + 11 + n) % 61;
      at += 2 * HOUR + (turn % 5) * MINUTE;
    }
    if (n === 6) at += 3 * DAY; // a pause, to be seen in the bars
  });
  const end = at;
  log.add(end - 5 * HOUR, host(12), 'backup', { known: true, success: true, method: 'password' });
  for (let i = 0; i < 40; i++)
    log.add(START + 4 * DAY + i * 3 * HOUR, `2001:db8:0:${(i % 37).toString(16)}::9`, 'root', {
      known: true,
      method: 'password',
      sensor: i % 2 === 0 ? 'mail.host.example' : 'www.host.example',
    });
  for (let i = 0; i < 240; i++)
    log.add(START + DAY + i * 5, i % 3 === 0 ? '192.0.2.66' : '192.0.2.67', 'admin', { method: 'password' });
  for (let i = 0; i < 30; i++)
    log.add(START + i * 6 * HOUR, '198.51.100.7', i % 2 === 0 ? 'nora' : 'peter', {
      known: true,
      success: i % 10 !== 3,
      method: 'password',
    });
  for (let i = 0; i < 48; i++)
    log.add(START + i * HOUR, '198.51.100.20', 'nagios', { known: true, method: 'password' });
  log.add(end - DAY, '198.51.100.99', 'ada', { known: true, method: 'password' });
  log.add(end - DAY + 60, '198.51.100.99', 'ada', { known: true, success: true, method: 'password' });
  const table = log.builder.finish();
  const source = (text: string) => table.sources.indexOf(text);
  const user = (text: string) => table.users.indexOf(text);

  const walk = campaignOf(table, (from, name) => NAMES.includes(name) && !from.startsWith('198.'), {
    falseAlarm: 3.21e-9,
    order: 'alphabetical',
    medianGapSeconds: 7380,
    evidence: everyEvidence(user('amanda'), user('root')),
    compromised: [{ source: source(host(12)), user: user('backup'), time: end - 5 * HOUR, sensor: 0 }],
  });
  const root = campaignOf(table, (_, name) => name === 'root', {
    falseAlarm: 0.0042,
    order: 'one-name',
    medianGapSeconds: 3 * HOUR,
    evidence: [
      { kind: 'rate-change', bits: 14.26, of: 'one-name', user: user('root'), perDay: 8, perDayBefore: 0 },
      { kind: 'pace', bits: -2, medianGapSeconds: 10_800, spreadSeconds: 9000, spreadSecondsExpected: 8000 },
    ],
  });
  return {
    log: {
      table,
      input: {
        paths: ['/var/log/auth.log', '/var/log/auth.log.1', '/var/log/auth.log.2.gz'],
        bytes: 81_234,
        lines: 812,
        unreadLines: 17,
        unreadSamples: [
          {
            file: '/var/log/auth.log.1',
            line: 118,
            text: 'Nov 21 04:11:09 mail sshd[311]: Refused a guest of mine: nobody knows why, but it goes on for a while',
            reason: 'no form of sshd message fits',
          },
        ],
      },
    },
    detection: {
      campaigns: [walk, root],
      loudSources: [
        { source: source('192.0.2.67'), attempts: 160, firstSeen: START + DAY, lastSeen: START + DAY + 1200 },
        { source: source('192.0.2.66'), attempts: 80, firstSeen: START + DAY, lastSeen: START + DAY + 1200 },
      ],
      notices: everyNotice(source, user, end),
      quietFailures: 252,
      quietSources: 101,
      peopleSources: [source('198.51.100.7'), source('198.51.100.20')],
    },
  };
}

/** Every kind of evidence there is, strongest first. */
export function everyEvidence(name: number, root: number): Evidence[] {
  return [
    {
      kind: 'names-in-turn',
      bits: 361.24,
      user: name,
      userAttempts: 13,
      userSources: 12,
      userSeconds: 2340,
      userSourcesExpected: 0.3,
      names: 27,
    },
    { kind: 'order', bits: 88.1, direction: 'alphabetical', inOrder: 27, names: 28, inOrderExpected: 9.3 },
    {
      kind: 'division-of-labour',
      bits: 40,
      sources: 60,
      triesPerSource: 1,
      returnHours: 39,
      sameTries: 0.71,
      sameTriesExpected: 0.12,
      returns: 114,
      soonReturns: 1,
      soonReturnsExpected: 8.7,
    },
    {
      kind: 'one-clock',
      bits: 33,
      sources: 3,
      closeSeconds: 216,
      closeTogether: 2,
      closeTogetherExpected: 412.4,
    },
    { kind: 'root-share', bits: 32, user: root, sources: 1500, newcomers: 1546, usualShare: 0.315 },
    { kind: 'pace', bits: 31.5, medianGapSeconds: 7380, spreadSeconds: 120, spreadSecondsExpected: 5100 },
    { kind: 'rate-change', bits: 22, of: 'rare-names', user: null, perDay: 410, perDayBefore: 12.4 },
    { kind: 'rate-change', bits: 21, of: 'new-sources', user: null, perDay: 521, perDayBefore: 0.2 },
    { kind: 'rate-change', bits: 20, of: 'one-name', user: root, perDay: 683, perDayBefore: 0 },
    { kind: 'shared-list', bits: 12, sources: 6, names: 400, startSpreadSeconds: 110 },
    { kind: 'one-network', bits: 9, network: '203.0.113.0/24', sources: 58, sourcesExpected: 0.02 },
    { kind: 'across-sensors', bits: 4, sensors: 20, sources: 300 },
  ];
}

function everyNotice(
  source: (text: string) => number,
  user: (text: string) => number,
  end: number,
): Notice[] {
  return [
    {
      kind: 'success-after-guessing',
      sources: [source('198.51.100.99')],
      users: [user('ada')],
      attempts: 1,
      time: end - DAY + 60,
    },
    {
      kind: 'own-machines',
      sources: [source('198.51.100.7'), source('198.51.100.20')],
      users: [user('nora')],
      attempts: 214,
      since: START + 9 * DAY,
    },
    {
      kind: 'broken-job',
      sources: [source('198.51.100.20')],
      users: [user('nagios')],
      attempts: 48,
      everySeconds: HOUR,
    },
    {
      kind: 'office',
      sources: [source('198.51.100.7')],
      users: [user('nora'), user('peter')],
      attempts: 30,
    },
    {
      kind: 'shared-dictionary',
      sources: [source('192.0.2.66'), source('192.0.2.67'), source('198.51.100.99')],
      users: [user('admin'), user('root')],
      attempts: 90,
    },
    { kind: 'too-little-to-tell', sources: [source('198.51.100.99')], users: [], attempts: 1 },
  ];
}

/** A log of one day with people's mistakes and a few visitors: nothing to be found in it. */
export function noCampaign(): Example {
  const log = new Log();
  for (let i = 0; i < 31; i++)
    log.add(START + i * 1800, `192.0.2.${i}`, ['admin', 'test', 'oracle', 'root'][i % 4]!, {
      known: i % 4 === 3,
      method: null,
    });
  log.add(START + 9 * HOUR, '2001:db8::7', 'nora', { known: true, success: true, method: 'publickey' });
  return {
    log: { table: log.builder.finish(), input: { ...NO_INPUT, paths: ['auth.log'], bytes: 3000, lines: 32 } },
    detection: {
      campaigns: [],
      loudSources: [],
      notices: [],
      quietFailures: 31,
      quietSources: 31,
      peopleSources: [31],
    },
  };
}

/** No attempt at all. */
export function emptyLog(): Example {
  return {
    log: {
      table: new AttemptTableBuilder().finish(),
      input: { ...NO_INPUT, paths: ['/var/log/auth.log'], lines: 1, bytes: 80 },
    },
    detection: {
      campaigns: [],
      loudSources: [],
      notices: [],
      quietFailures: 0,
      quietSources: 0,
      peopleSources: [],
    },
  };
}

/**
 * Texts of an attacker's choice in every place that a log can bring to the page: users, sources, sensors, paths and
 * unread lines. One campaign in reverse order, two compromises, and notices, all with those texts.
 */
export function hostile(texts: readonly string[]): Example {
  const log = new Log();
  const text = (i: number) => texts[i % Math.max(1, texts.length)] ?? '';
  for (let i = 0; i < 12; i++)
    log.add(START + i * 3 * HOUR, text(i), text(i + 1), { sensor: text(i + 2), known: i % 3 === 0 });
  log.add(START + 40 * HOUR, text(0), text(1), {
    success: true,
    known: true,
    sensor: text(2),
    method: 'password',
  });
  const table = log.builder.finish();
  const all = Array.from({ length: table.sources.length }, (_, i) => i);
  const users = Array.from({ length: table.users.length }, (_, i) => i);
  const campaign = campaignOf(table, () => true, {
    falseAlarm: 0,
    order: 'reverse-alphabetical',
    medianGapSeconds: 3 * HOUR,
    evidence: everyEvidence(1, users.length - 1),
    compromised: [{ source: 0, user: 1, time: START + 40 * HOUR, sensor: 0 }],
  });
  const notice = { sources: all, users, attempts: 3 };
  return {
    log: {
      table,
      input: {
        paths: [...texts],
        bytes: 1,
        lines: 13,
        unreadLines: 2,
        unreadSamples: [{ file: text(0), line: 3, text: text(1), reason: text(2) }],
      },
    },
    detection: {
      campaigns: [campaign],
      loudSources: all.map((source) => ({ source, attempts: 9, firstSeen: START, lastSeen: START })),
      notices: [
        { kind: 'own-machines', ...notice, since: START },
        { kind: 'broken-job', ...notice, everySeconds: 60 },
        { kind: 'office', ...notice },
        { kind: 'shared-dictionary', ...notice },
        { kind: 'success-after-guessing', ...notice, time: START },
        { kind: 'too-little-to-tell', ...notice },
      ],
      quietFailures: 12,
      quietSources: 4,
      peopleSources: [],
    },
  };
}
