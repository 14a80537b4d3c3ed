/**
 * A message to people as programs read it: what web hooks and commands are given, one zod schema from which the type
 * {@link Message} and schema/alarm.schema.json are made. Nothing at run time needs this file but tests: the type is
 * imported with `import type`, which costs no start-up time.
 */
import { z } from 'zod';

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .describe('ISO 8601 in UTC, whole seconds');
const count = z.number().int().min(0);
const sentence = z.string().min(1);
const campaignId = z.string().describe('as `slowbrute explain` takes it, e.g. c1');

const compromised = z.strictObject({
  kind: z.literal('account:compromised'),
  time,
  campaign: campaignId,
  source: z.string(),
  user: z.string(),
  sensor: z.string().describe('the host that was logged in to'),
});

const opened = z.strictObject({ kind: z.literal('campaign:opened'), time, campaign: campaignId });

const grown = z.strictObject({
  kind: z.literal('campaign:grown'),
  time,
  campaign: campaignId,
  participants: count.describe('now'),
  before: count.describe('when it was last told of'),
});

const returned = z.strictObject({
  kind: z.literal('campaign:returned'),
  time,
  campaign: campaignId,
  earlier: campaignId.describe('the campaign whose actor this is again'),
  sharedSources: count,
  sources: count,
  sharedUsers: count,
  users: count,
});

const ended = z.strictObject({
  kind: z.literal('campaign:ended'),
  time,
  campaign: campaignId,
  lastSeen: time,
  attempts: count,
  participants: count,
});

const withdrawn = z.strictObject({
  kind: z.literal('campaign:withdrawn'),
  time,
  campaign: campaignId,
});

const silent = z.strictObject({
  kind: z.literal('log:silent'),
  time,
  input: z.string(),
  lastLine: time,
  seconds: count.describe('how long nothing has come'),
  usual: z.number().min(0).describe('minutes with a line that such a time of the week usually has'),
});

const back = z.strictObject({
  kind: z.literal('log:back'),
  time,
  input: z.string(),
  seconds: count.describe('how long nothing had come'),
});

const unread = z.strictObject({
  kind: z.literal('unread-lines'),
  time,
  input: z.string(),
  lines: count.describe('lines of a login service in the last day'),
  unread: count.describe('of them, lines that no form understood'),
});

const part = z.enum(['store', 'firewall', 'input', 'alarm', 'daemon']).describe('what it is about');

const trouble = z.strictObject({
  kind: z.literal('trouble'),
  time: time.describe('since when'),
  part,
  name: z.string().describe('which one of them: a backend, an input, a channel'),
  says: sentence,
  remedy: sentence,
  times: count.describe('how often it has come and gone since it was last told of; 1: it came once'),
});

const over = z.strictObject({
  kind: z.literal('trouble:over'),
  time,
  part,
  name: z.string(),
  since: time,
});

const displaced = z.strictObject({
  kind: z.literal('blocks:displaced'),
  time,
  count: count.describe('blocks that left because there were too many'),
  limit: count,
});

const test = z.strictObject({ kind: z.literal('test'), time });

const campaign = z
  .strictObject({
    id: campaignId,
    by: z.string().describe('kind of evidence that it was opened by'),
    bits: z.number().describe('evidence against chance at that moment'),
    opened: time,
    firstSeen: time,
    lastSeen: time.nullable().describe('null where it was not looked up'),
    participants: count.describe('sources that belong to it now'),
    sources: z.array(z.string()).describe('some of them, those named last'),
    attempts: count.describe('failed attempts of its participants, as far as they were counted'),
    medianGapSeconds: z.number().min(0).nullable(),
    sensors: z.array(z.string()),
    usernames: count.nullable(),
    sample: z
      .array(z.string())
      .describe(
        'some of the names: such as the server has, or two sources tried; others may be mistyped passwords',
      ),
    blocked: count.nullable().describe('blocks standing for it; null where nothing is known of blocks'),
    compromised: count.describe('logins by participants'),
    returnOf: z.array(campaignId),
  })
  .describe('a campaign as it stands when the message is written');

const item = z.discriminatedUnion('kind', [
  compromised,
  opened,
  grown,
  returned,
  ended,
  withdrawn,
  silent,
  back,
  unread,
  trouble,
  over,
  displaced,
  test,
]);

export const messageSchema = z.strictObject({
  schema: z.literal('slowbrute.alarm/1'),
  id: z.string().describe('for ever the same message: whoever gets it twice can tell'),
  time,
  host: z.string().describe('the machine that watches'),
  severity: z
    .enum(['urgent', 'warning', 'notice'])
    .describe('urgent: somebody got in; warning: look today; notice: nothing to do'),
  subject: sentence.describe('one line'),
  text: sentence.describe('lines for a person, each a paragraph'),
  items: z.array(item).min(1).describe('what is told, the most important first'),
  campaigns: z.array(campaign).describe('those that the items are about'),
});

type DeepReadonly<T> = T extends readonly (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** A message to people, whole: each channel takes of it what it can carry. */
export type Message = DeepReadonly<z.infer<typeof messageSchema>>;
export type Severity = Message['severity'];
export type AlarmItem = Message['items'][number];
export type CampaignSummary = Message['campaigns'][number];
export type Part = Extract<AlarmItem, { kind: 'trouble' }>['part'];
