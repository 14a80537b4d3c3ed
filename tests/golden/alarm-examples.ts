/** Messages of every kind, made as the daemon makes them, for the tests of what a person reads. */
import {
  type AlarmOptions,
  createAlarms,
  DEFAULT_ALARM_OPTIONS,
  testMessage,
} from '../../src/alarm/alarms.ts';
import { type CampaignFacts, factsOf } from '../../src/alarm/campaign-facts.ts';
import type { Condition } from '../../src/alarm/condition.ts';
import type { Message } from '../../src/alarm/schema.ts';
import type { LiveEvent } from '../../src/model/live.ts';
import type { StreamedAttempt } from '../../src/model/stream.ts';
import { DAY, HOUR } from '../../src/model/time.ts';

export interface AlarmExample {
  readonly name: string;
  readonly message: Message;
}

const NOW = Date.parse('2026-11-22T03:10:00Z') / 1000;
const ON: AlarmOptions = { ...DEFAULT_ALARM_OPTIONS, host: 'watch.host.example', blocking: 'on' };
const DRY: AlarmOptions = { ...ON, blocking: 'dry-run' };

const FACTS: CampaignFacts = {
  attempts: 1310,
  firstSeen: NOW - 2 * DAY,
  lastSeen: NOW - 100,
  medianGapSeconds: 131,
  sensors: ['web.host.example', 'mail.host.example'],
  usernames: 412,
  sample: ['root', 'admin', 'alias', 'amanda', 'amavis', 'apache', 'at', 'backup'],
  blocked: 14,
};

function campaign(id: string, participants: number, at = NOW): LiveEvent[] {
  return [
    {
      kind: 'campaign:opened',
      time: at,
      campaign: id,
      by: 'names-in-turn',
      bits: 23.4,
      attempts: 41,
      firstSeen: at - 2 * HOUR,
    },
    ...Array.from(
      { length: participants },
      (_, i): LiveEvent => ({
        kind: 'participant:named',
        time: at,
        campaign: id,
        source: `198.51.100.${i + 1}`,
        confidence: 0.98,
        firstSeen: at - HOUR,
        attempts: 3,
      }),
    ),
  ];
}

const gotIn = (source: string, user: string, sensor = 'web.host.example', time = NOW): LiveEvent => ({
  kind: 'account:compromised',
  time,
  campaign: 'c1',
  source,
  user,
  sensor,
});

/** What is told first after `wait` seconds, once all of `before` was told and `news` has come. */
function told(
  name: string,
  options: AlarmOptions,
  before: readonly (LiveEvent | Condition)[],
  news: readonly (LiveEvent | Condition)[],
  { wait = HOUR, facts = new Map<string, CampaignFacts>() } = {},
): AlarmExample {
  const alarms = createAlarms(options);
  for (const one of before) alarms.take(one, NOW - DAY);
  alarms.due(NOW - DAY + HOUR);
  for (const one of news) alarms.take(one, NOW);
  const [message] = alarms.due(NOW + wait, facts);
  if (message === undefined) throw new Error(`${name}: nothing was told`);
  return { name, message };
}

const FIREWALL: Condition = {
  kind: 'trouble',
  part: 'firewall',
  name: 'nftables',
  message: 'nft: Operation not permitted (you must be root)',
  remedy: 'Run the responder with the right to change the firewall (docs/service.md).',
};

export function alarmExamples(): AlarmExample[] {
  const facts = new Map([['c1', FACTS]]);
  return [
    told('compromised', ON, campaign('c1', 14, NOW - DAY), [gotIn('198.51.100.4', 'deploy')], {
      wait: 0,
      facts,
    }),
    told('compromised-root-dry-run', DRY, campaign('c1', 14, NOW - DAY), [gotIn('198.51.100.4', 'root')], {
      wait: 0,
    }),
    told(
      'compromised-many',
      ON,
      campaign('c1', 40, NOW - DAY),
      Array.from({ length: 12 }, (_, i) =>
        gotIn(`198.51.100.${i + 1}`, `user${i}`, `web${i % 3}.host.example`, NOW - 60 + i),
      ),
      { wait: 0, facts },
    ),
    told('opened', ON, [], campaign('c1', 14), { facts }),
    told('opened-dry-run-without-facts', DRY, [], campaign('c1', 3)),
    told('grown', ON, campaign('c1', 14, NOW - DAY), campaign('c1', 40).slice(15), { facts }),
    told(
      'returned',
      ON,
      [],
      [
        ...campaign('c7', 14),
        {
          kind: 'campaign:returned',
          time: NOW,
          campaign: 'c7',
          earlier: 'c2',
          sharedSources: 9,
          sources: 14,
          sharedUsers: 60,
          users: 71,
          bits: 40,
        },
      ],
    ),
    told(
      'ended',
      ON,
      campaign('c1', 14, NOW - DAY),
      [
        {
          kind: 'campaign:ended',
          time: NOW,
          campaign: 'c1',
          lastSeen: NOW - HOUR,
          attempts: 29_916,
          participants: 1193,
        },
      ],
      { facts },
    ),
    told(
      'withdrawn',
      ON,
      campaign('c1', 3, NOW - DAY),
      [1, 2, 3].map(
        (i): LiveEvent => ({
          kind: 'participant:released',
          time: NOW,
          campaign: 'c1',
          source: `198.51.100.${i}`,
        }),
      ),
    ),
    told(
      'silent',
      ON,
      [],
      [{ kind: 'log:silent', input: '/var/log/auth.log', lastLine: NOW - 47 * 60, usual: 39.3 }],
    ),
    told(
      'back',
      ON,
      [{ kind: 'log:silent', input: 'journal', lastLine: NOW - DAY, usual: 39 }],
      [{ kind: 'log:back', input: 'journal', lastLine: NOW }],
    ),
    told(
      'unread',
      ON,
      [],
      [{ kind: 'unread:above', input: '/var/log/mail.log', lines: 12_034, unread: 801 }],
    ),
    told('trouble', ON, [], [FIREWALL]),
    told('trouble-over', ON, [FIREWALL], [{ kind: 'well', part: 'firewall', name: 'nftables' }]),
    told('displaced', ON, [], [{ kind: 'blocks:displaced', count: 312, limit: 20_000 }]),
    told(
      'undelivered',
      ON,
      [],
      [
        {
          kind: 'trouble',
          part: 'alarm',
          name: 'email',
          message: 'email: mail.host.example:587 did not accept user and password',
          remedy: 'Check user and password-file in the configuration.',
        },
      ],
    ),
    told(
      'several',
      ON,
      [],
      [
        ...campaign('c1', 14),
        ...campaign('c2', 5),
        FIREWALL,
        { kind: 'unread:above', input: '/var/log/mail.log', lines: 12_034, unread: 801 },
      ],
      { facts },
    ),
    { name: 'test', message: testMessage(ON, NOW) },
  ];
}

const HOSTILE_USER =
  'root\r\nBcc: x@evil.example\n\nAll is well\u202e<!channel> @everyone https://evil.example/ *x* `y`';

export function hostileMessage(): Message {
  const alarms = createAlarms({ ...ON, host: 'watch\r\nX: y' });
  alarms.take(gotIn('www.evil.example', HOSTILE_USER, 'web\u001b[2J'), NOW);
  return alarms.due(NOW)[0]!;
}

export function hostileFacts(): CampaignFacts {
  const attempt = (source: string, user: string, known: boolean): StreamedAttempt => ({
    time: NOW,
    source,
    user,
    known,
    success: false,
    sensor: 'web.host.example',
    method: 'password',
    service: 'sshd',
    name: { input: 'journal', line: 1, nth: 0 },
    text: '',
  });
  return factsOf([
    attempt('192.0.2.1', 'root', true),
    attempt('192.0.2.1', 'root', true),
    attempt('192.0.2.1', 'admin', false),
    attempt('192.0.2.2', 'admin', false),
    attempt('192.0.2.1', 'Tr0ub4dor&3', false),
    attempt('192.0.2.1', 'Tr0ub4dor&3', false),
  ])!;
}
