/**
 * The report as outside programs read it (`slowbrute scan --format json`, docs/report.md), as one zod schema. The
 * JSON Schema in schema/report.schema.json and the type {@link Report} are both made from it, so they cannot drift
 * apart. Nothing at run time needs this file but validation: the type is imported with `import type`, which costs
 * no start-up time.
 */
import { z } from 'zod';

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .describe('ISO 8601 in UTC, whole seconds');
const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .describe('a day in UTC');
const count = z.number().int().min(0);
const seconds = z.number().min(0);
const sentence = z.string().min(1);

const failureCount = z
  .strictObject({
    attempts: count,
    usernames: count.describe('distinct names'),
    sources: count.describe('distinct sources'),
  })
  .describe('failed attempts, the names they were for and the sources they came from');

const summary = z
  .strictObject({
    all: failureCount,
    unknownUsers: failureCount.describe('of them for users that the server does not have'),
    knownUsers: failureCount.describe('of them for users that it has'),
    notTold: failureCount.describe('of them where no line tells whether the user exists'),
  })
  .describe('the table that was counted by hand in 2008');

const unreadSample = z.strictObject({
  file: z.string(),
  line: count.describe('line number in the file, from 1'),
  text: z.string(),
  reason: z.string(),
});

const services = z
  .array(
    z.strictObject({
      service: z.string().describe('such as sshd, dovecot, postfix'),
      attempts: count,
      failures: count,
      successes: count,
    }),
  )
  .describe('what was tried, most attempts first');

const input = z.strictObject({
  paths: z.array(z.string()),
  bytes: count,
  lines: count,
  attempts: count.describe('one per credential offered, however many lines told of it'),
  failures: count,
  successes: count,
  unknownUserFailures: count,
  knownUserFailures: count,
  usernames: count.describe('distinct user names tried'),
  sources: count.describe('distinct sources'),
  sensors: z.array(z.string()).describe('hosts whose log this is, in alphabetical order'),
  services,
  unreadLines: count.describe('lines of a login service that no rule understood'),
  unreadSamples: z.array(unreadSample),
  firstSeen: time.nullable().describe('null when there were no attempts'),
  lastSeen: time.nullable(),
  since: time.nullable().describe('attempts before this were left out; null: none'),
  until: time.nullable().describe('attempts from this on were left out; null: none'),
});

const knownUser = z.strictObject({ user: z.string(), attempts: count, sources: count });

const walk = z
  .strictObject({
    start: z.string().describe('the name it began with'),
    current: z.string().describe('the name reached'),
    position: z.number().min(0).max(1).describe('share of the alphabet behind it, by common first names'),
    estimatedEnd: date
      .nullable()
      .describe('an estimate; null when the campaign is over, or its speed cannot be told'),
  })
  .describe('how far a campaign in alphabetical or reverse order has come');

const usernames = z.strictObject({
  count: count,
  order: z.enum(['alphabetical', 'reverse-alphabetical', 'one-name', 'other']),
  sample: z
    .array(z.string())
    .describe('up to 12 names, from the first to the last in order of first attempt'),
  first: z.string().nullable().describe('the name of the first attempt'),
  last: z.string().nullable().describe('the name of the last attempt'),
  current: z.string().nullable().describe('the name reached at the end of the log; null when it is over'),
  mostTried: knownUser.nullable().describe('the name with most attempts; null where no line told a name'),
  walk: walk.nullable().describe('null unless the order is alphabetical or reverse'),
  known: z
    .strictObject({ count, attempts: count, top: z.array(knownUser) })
    .describe('users that the server has, among those tried; top: at most 10, most attempts first'),
});

const pace = z.strictObject({
  medianGapSeconds: seconds.describe('between consecutive attempts'),
  attemptsPerDay: z.number().min(0),
  returnSeconds: seconds
    .nullable()
    .describe('median time until a participant comes back; null when none did'),
  returningSources: count.describe('participants that were seen more than once'),
});

const participant = z.strictObject({
  source: z.string(),
  attempts: count,
  firstSeen: time,
  lastSeen: time,
  confidence: z.number().gt(0).lt(1).describe('probability that the source belongs to the campaign'),
  loud: z.boolean().describe('whether a per-source threshold sees it'),
});

const compromised = z.strictObject({
  source: z.string(),
  user: z.string(),
  time,
  sensor: z.string(),
  method: z.string().nullable().describe('how it authenticated; null when the log does not tell'),
  failuresBefore: count.describe('failed attempts of the same source before'),
});

const evidence = z.strictObject({
  kind: z.enum([
    'names-in-turn',
    'rate-change',
    'order',
    'pace',
    'division-of-labour',
    'shared-list',
    'one-clock',
    'one-network',
    'root-share',
    'across-sensors',
  ]),
  bits: z.number().describe('log2 of how much more likely it is in a campaign than by chance'),
  says: sentence,
});

const returnOf = z
  .strictObject({
    campaign: z.string().describe('id of the earlier campaign'),
    sharedSources: count.describe(
      'sources at work in both, each on the list of its time, whichever of the two they are listed in',
    ),
    sharedUsernames: count.describe('names of its list that were on the earlier one’s'),
    bits: z.number().describe('log2 of how much more likely this is of one actor than of two'),
    says: sentence,
  })
  .describe('why it is held for the same actor again');

const campaign = z.strictObject({
  id: z
    .string()
    .regex(/^c[1-9]\d*$/)
    .describe('stable: the same log gives the same id'),
  title: sentence.describe('one line for a heading'),
  says: z.array(sentence).describe('the campaign in a few sentences, a paragraph each'),
  certainty: sentence.describe('how sure it is that this is no coincidence, in words and number'),
  firstSeen: time,
  lastSeen: time,
  ongoing: z.boolean().describe('whether it was still going on when the log ended'),
  attempts: count,
  falseAlarm: z
    .number()
    .min(1e-12)
    .max(1)
    .describe('chance that independent visitors of this very log would look like this; 1e-12: that or less'),
  usernames,
  pace,
  perDay: z
    .array(z.strictObject({ date, attempts: count }))
    .describe('attempts of each day in UTC; days without any are left out'),
  sensors: z.array(z.string()),
  services,
  summary,
  loud: count.describe('participants that a per-source threshold sees'),
  participants: z.array(participant).describe('most attempts first'),
  compromised: z.array(compromised).describe('successes by a participant, in time'),
  evidence: z.array(evidence).describe('strongest first'),
  returnOf: returnOf.nullable().describe('null unless an earlier campaign’s actor came again'),
});

const loudSource = z.strictObject({ source: z.string(), attempts: count, firstSeen: time, lastSeen: time });

const notice = z.strictObject({
  kind: z.enum([
    'own-machines',
    'broken-job',
    'office',
    'shared-dictionary',
    'success-after-guessing',
    'too-little-to-tell',
  ]),
  says: sentence,
  sources: z.array(z.string()),
  usernames: z.array(z.string()),
  attempts: count,
  time: time.nullable().describe('since when, or when it happened; null where that says nothing'),
  everySeconds: seconds.nullable().describe('of a broken job: usual gap between its attempts'),
});

const advice = z.strictObject({
  kind: z.enum([
    'after-a-compromise',
    'check-that-login',
    'keys-first',
    'no-passwords',
    'stay-with-keys',
    'no-root-login',
    'block-loud-sources',
    'renew-password',
    'mend-job',
    'unread-lines',
  ]),
  says: sentence.describe('what to do and why'),
  steps: z.array(z.string()).describe('what to type or to write where; may be empty'),
});

export const reportSchema = z.strictObject({
  schema: z.literal('slowbrute.report/1'),
  input,
  summary,
  judged: z
    .strictObject({
      quietFailures: count,
      quietSources: count,
      peopleSources: count.describe('sources that only people and their machines use'),
      loudFailures: count.describe('a source is loud with this many failures ...'),
      loudSeconds: seconds.describe('... within this many seconds'),
      falseCampaigns: z.number().min(0).describe('expected number of false campaigns accepted in this log'),
    })
    .describe('what there was to judge by'),
  campaigns: z.array(campaign).describe('by first attempt'),
  loudSources: z.array(loudSource).describe('most attempts first; participants are not repeated here'),
  notices: z.array(notice).describe('coordinated, but not an attack; and what else deserves a word'),
  advice: z.array(advice).describe('in order of effect'),
});

type DeepReadonly<T> = T extends readonly (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** Everything that a person or a program sees of a log; every rendering is made from this alone. */
export type Report = DeepReadonly<z.infer<typeof reportSchema>>;
export type CampaignReport = Report['campaigns'][number];
export type CompromisedReport = CampaignReport['compromised'][number];
export type ParticipantReport = CampaignReport['participants'][number];
export type WalkReport = NonNullable<CampaignReport['usernames']['walk']>;
export type ServiceReport = z.infer<typeof services>[number];
export type SummaryReport = Report['summary'];
export type NoticeReport = Report['notices'][number];
export type AdviceReport = Report['advice'][number];
export type UnreadSample = Report['input']['unreadSamples'][number];
