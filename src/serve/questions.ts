/**
 * Questions to a history as they travel in a URL, and what they answer as lines of JSON. One description serves the daemon that
 * answers and the command that asks.
 */
import { z } from 'zod';
import { Trouble } from '../model/error.ts';
import type { AttemptQuery, BlockQuery, History } from '../store/history.ts';
import type { Questions } from '../store/questions.ts';

export type { Questions };

const seconds = z.coerce.number().finite();
const count = z.coerce.number().int().min(0);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const text = z.string().max(4096);

const attemptQuery = z.strictObject({
  source: text.optional(),
  network: text.optional(),
  user: text.optional(),
  campaign: text.optional(),
  sensor: text.optional(),
  service: text.optional(),
  outcome: z.enum(['failure', 'success']).optional(),
  since: seconds.optional(),
  until: seconds.optional(),
  after: count.optional(),
  before: count.optional(),
  newestFirst: flag.optional(),
  limit: count.optional(),
});

const blockQuery = z.strictObject({
  standing: flag.optional(),
  target: text.optional(),
  source: text.optional(),
  campaign: text.optional(),
  limit: count.optional(),
});

const campaignQuery = z.strictObject({
  id: text.optional(),
  since: seconds.optional(),
  until: seconds.optional(),
  limit: count.optional(),
});

const eventQuery = z.strictObject({
  after: count.optional(),
  since: seconds.optional(),
  limit: count.optional(),
});

export const readAttemptQuery = (parts: Record<string, string>): AttemptQuery =>
  read(attemptQuery, parts) as AttemptQuery;
export const readBlockQuery = (parts: Record<string, string>): BlockQuery =>
  read(blockQuery, parts) as BlockQuery;
export const readCampaignQuery = (parts: Record<string, string>): Parameters<History['campaigns']>[0] =>
  read(campaignQuery, parts) as Parameters<History['campaigns']>[0];
export const readEventQuery = (parts: Record<string, string>): Parameters<History['events']>[0] =>
  read(eventQuery, parts) as Parameters<History['events']>[0];

/** The query string of a question: what is undefined is left out. */
export function queryString(
  question: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const parts = new URLSearchParams();
  for (const [key, value] of Object.entries(question)) if (value !== undefined) parts.set(key, String(value));
  const all = parts.toString();
  return all === '' ? '' : `?${all}`;
}

/** Without what is undefined. */
export function given<T extends object>(asked: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function read<T>(schema: z.ZodType<T>, parts: Record<string, string>): T {
  const result = schema.safeParse(parts);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Trouble(
    'wrong-call',
    `the question is not understood: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    'docs/history.md lists what can be asked.',
  );
}
