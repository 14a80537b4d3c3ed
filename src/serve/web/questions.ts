/** Parts of URLs that questions have in common, as schemas. */
import { z } from '@hono/zod-openapi';

export const PICTURE_LIMIT = 1_000_000;
/** Attempts of one page of JSON: some 400 kB. */
export const PAGE_LIMIT = 1000;
export const PAGE_USUAL = 100;

const seconds = z.coerce
  .number()
  .min(-62_167_219_200)
  .max(253_402_300_799)
  .openapi({ description: 'seconds since 1970-01-01T00:00:00Z' });
const text = z.string().max(4096);
const flag = z.enum(['true', 'false']).transform((word) => word === 'true');

export const intervalQuery = {
  since: seconds.optional().openapi({ description: 'from this second on; left out: from the first attempt' }),
  until: seconds.optional().openapi({ description: 'before this second; left out: to the last attempt' }),
};

export const limitQuery = z.coerce
  .number()
  .int()
  .min(1)
  .max(PAGE_LIMIT)
  .default(PAGE_USUAL)
  .openapi({ description: 'so many at most on a page' });

export const namesQuery = z.enum(['hidden', 'shown']).default('hidden').openapi({
  description: 'whether names that may be passwords are shown: unknown users that one source alone tried',
});

export const attemptFilterQuery = {
  ...intervalQuery,
  source: text.optional(),
  network: text.optional().openapi({ description: 'an address range, 203.0.113.0/24 or 2001:db8::/32' }),
  user: text.optional(),
  campaign: text.optional(),
  sensor: text.optional(),
  service: text.optional(),
  outcome: z.enum(['failure', 'success']).optional(),
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .openapi({ description: '`next` of the page before' }),
  newestFirst: flag.optional(),
};

export { given } from '../questions.ts';
