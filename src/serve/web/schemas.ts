/**
 * What the API answers, as schemas: the OpenAPI document is made from them, and the tests hold every answer against them. The types
 * are those of src/view/site.ts: the compiler says where the two differ.
 */
import { z } from '@hono/zod-openapi';
import { reportSchema } from '../../explain/schema.ts';
import type * as site from '../../view/site.ts';

const seconds = z.number().openapi({ description: 'seconds since 1970-01-01T00:00:00Z' });
const count = z.number().int().min(0);
const confidence = z.number().min(0).max(1);

/** Of `T` everything may be written: what zod infers is. */
type Written<T> = T extends readonly (infer E)[]
  ? Written<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Written<T[K]> }
    : T;
/** A schema of exactly `T`. */
type Of<T> = z.ZodType<Written<T>, Written<T>>;

export const problem = z
  .strictObject({
    code: z.string().openapi({ description: 'a word for programs' }),
    message: z.string(),
    remedy: z.string().openapi({ description: 'what can be done about it' }),
  })
  .openapi('Problem');

export const place: Of<site.Place | null> = z
  .strictObject({
    country: z.string().nullable(),
    asn: z.number().nullable(),
    network: z.string().nullable(),
  })
  .nullable();

export const campaignRow: Of<site.CampaignRow> = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    firstSeen: seconds,
    lastSeen: seconds,
    opened: seconds.nullable(),
    isOngoing: z.boolean(),
    attempts: count,
    participants: count,
    users: count,
    compromised: count,
    returnOf: z.array(z.string()),
  })
  .openapi('Campaign');

export const compromise: Of<site.Compromise> = z
  .strictObject({
    campaign: z.string(),
    source: z.string(),
    user: z.string(),
    sensor: z.string(),
    time: seconds,
  })
  .openapi('Compromise');

export const series: Of<site.Series> = z
  .strictObject({
    from: seconds,
    step: z.number(),
    quiet: z.array(count),
    loud: z.array(count),
    successes: z.array(count),
    campaigns: z.array(z.strictObject({ id: z.string(), counts: z.array(count) })),
  })
  .openapi('Series');

export const overview: Of<site.Overview> = z
  .strictObject({
    site: z.strictObject({
      kind: z.enum(['history', 'log']),
      name: z.string(),
      sensors: z.array(z.string()),
      now: seconds,
      firstSeen: seconds.nullable(),
      lastSeen: seconds.nullable(),
      version: z.string(),
      attributions: z.array(z.string()).describe('to be shown with places of addresses'),
    }),
    state: z.enum(['compromised', 'ongoing', 'over', 'quiet']),
    says: z.array(z.string()),
    problems: z.array(z.strictObject({ message: z.string(), remedy: z.string() })),
    totals: z.strictObject({
      attempts: count,
      failures: count,
      successes: count,
      sources: count,
      users: count,
      participants: count,
      loudSources: count,
    }),
    campaigns: z.array(campaignRow),
    compromised: z.array(compromise),
    blocks: z.strictObject({
      standing: count,
      isDryRun: z.boolean(),
      prevented: count,
      isEstimate: z.boolean(),
      limit: count,
    }),
    series,
    notices: z.array(reportSchema.shape.notices.element),
    advice: z.array(reportSchema.shape.advice.element),
  })
  .openapi('Overview');

const participantShape = {
  source: z.string(),
  confidence,
  attempts: count,
  firstSeen: seconds,
  lastSeen: seconds,
  isLoud: z.boolean(),
  released: seconds.nullable(),
  isBlocked: z.boolean(),
  place,
};
export const participant: Of<site.ParticipantView> = z.strictObject(participantShape).openapi('Participant');

export const campaign: Of<site.CampaignView> = z
  .strictObject({
    row: campaignRow,
    report: reportSchema.shape.campaigns.element.nullable(),
    participants: z.array(participant),
    compromised: z.array(compromise),
    chance: z.strictObject({ what: z.string(), seen: z.number(), shuffled: z.array(z.number()) }).nullable(),
    series,
  })
  .openapi('CampaignDetails');

const blockReason = z.union([
  z.strictObject({ kind: z.literal('participant'), campaign: z.string(), confidence }),
  z.strictObject({ kind: z.literal('unknown-user') }),
  z.strictObject({ kind: z.literal('loud') }),
  z.strictObject({ kind: z.literal('network'), sources: count, campaign: z.string().nullable() }),
  z.strictObject({ kind: z.literal('told'), by: z.string(), confidence }),
  z.strictObject({ kind: z.literal('by-hand'), by: z.string(), why: z.string() }),
]);

export const block: Of<import('../../model/block.ts').Block> = z
  .strictObject({
    id: count,
    target: z.string(),
    source: z.string().nullable(),
    reason: blockReason,
    from: seconds,
    until: seconds.nullable(),
    repetition: count,
    weight: z.number(),
  })
  .openapi('Block');

export const action: Of<site.Action> = z
  .strictObject({
    time: seconds,
    by: z.string(),
    does: z.enum([
      'block',
      'unblock',
      'allow',
      'disallow',
      'flush',
      'token-made',
      'token-revoked',
      'session-begun',
    ]),
    target: z.string(),
    why: z.string(),
  })
  .openapi('Action');

export const source: Of<site.SourceView> = z
  .strictObject({
    source: z.string(),
    place,
    firstSeen: seconds.nullable(),
    lastSeen: seconds.nullable(),
    failures: count,
    unknownUserFailures: count,
    successes: count,
    successUsers: z.array(z.string()),
    isLoud: z.boolean(),
    memberships: z.array(
      z.strictObject({
        campaign: z.string(),
        confidence,
        named: seconds.nullable(),
        released: seconds.nullable(),
        names: z.array(
          z.strictObject({
            user: z.string(),
            time: seconds,
            others: count,
            before: z.strictObject({ source: z.string(), seconds: z.number() }).nullable(),
          }),
        ),
      }),
    ),
    block: block.nullable(),
    why: z.string(),
    pastBlocks: z.array(z.strictObject({ block, ended: seconds.nullable(), why: z.string().nullable() })),
    actions: z.array(action),
  })
  .openapi('Source');

export const attempt: Of<site.AttemptRow> = z
  .strictObject({
    seq: count,
    time: seconds,
    sensor: z.string(),
    service: z.string(),
    source: z.string(),
    user: z.string().nullable(),
    known: z.boolean().nullable(),
    success: z.boolean(),
    method: z.string().nullable(),
    campaign: z.string().nullable(),
    text: z.string(),
    input: z.string(),
    line: count,
  })
  .openapi('Attempt');

/** A page of a list: `next` is what `after` is for the next page; null: there is none. */
export function page<T extends z.ZodType>(name: string, item: T) {
  return z
    .strictObject({ items: z.array(item), next: z.number().nullable() })
    .openapi(name, { description: 'a page; `next` is `after` of the next one, null on the last' });
}

const eventHead = { time: seconds, campaign: z.string() };
const liveEvent: Of<import('../../model/live.ts').LiveEvent> = z.union([
  z.strictObject({
    kind: z.literal('campaign:opened'),
    ...eventHead,
    by: reportSchema.shape.campaigns.element.shape.evidence.element.shape.kind,
    bits: z.number(),
    attempts: count,
    firstSeen: seconds,
  }),
  z.strictObject({
    kind: z.literal('participant:named'),
    ...eventHead,
    source: z.string(),
    confidence,
    firstSeen: seconds,
    attempts: count,
  }),
  z.strictObject({ kind: z.literal('participant:released'), ...eventHead, source: z.string() }),
  z.strictObject({
    kind: z.literal('account:compromised'),
    ...eventHead,
    source: z.string(),
    user: z.string(),
    sensor: z.string(),
  }),
  z.strictObject({
    kind: z.literal('campaign:returned'),
    ...eventHead,
    earlier: z.string(),
    sharedSources: count,
    sources: count,
    sharedUsers: count,
    users: count,
    bits: z.number(),
  }),
  z.strictObject({
    kind: z.literal('campaign:ended'),
    ...eventHead,
    lastSeen: seconds,
    attempts: count,
    participants: count,
  }),
]);
export const event = z.strictObject({ seq: count, nth: count, event: liveEvent }).openapi('Event');

export const status: Of<import('../status.ts').Status> = z
  .strictObject({
    version: z.string(),
    pid: count,
    startedAt: seconds,
    state: z.enum(['starting', 'watching', 'troubled', 'stopping']),
    problems: z.array(z.strictObject({ message: z.string(), remedy: z.string() })),
    inputs: z.array(
      z.strictObject({
        input: z.string(),
        state: z.string(),
        lines: count,
        attempts: count,
        unreadLines: count,
        lagBytes: z.number().nullable(),
        lastLineAt: seconds.nullable(),
      }),
    ),
    attempts: count,
    campaigns: z.strictObject({ open: count, participants: count }),
    blocks: z.strictObject({ standing: count, isDryRun: z.boolean(), backends: z.array(z.string()) }),
    engine: z.string(),
    history: z.strictObject({
      attempts: count,
      sources: count,
      campaigns: count,
      blocks: count,
      bytes: count,
      freeBytes: count,
      oldest: seconds.nullable(),
    }),
  })
  .openapi('Status');
