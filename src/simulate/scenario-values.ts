/** The values that a scenario is made of: shares, counts, days, and amounts that are drawn. */
import { z } from 'zod';

export const share = z.number().min(0).max(1);
export const count = z.int().min(1).max(1_000_000);
/** Persons of one actor: there are about 60,000 different names of persons. */
export const persons = z.int().min(1).max(20_000);
/** How often a machine comes; more than one visit in three seconds is no job. */
export const everyMinutes = z.number().min(0.05);
/** Names that a list can have: more would not be found among the 20,000 of the simulated world. */
export const listLength = z.int().min(1).max(12_000);
export const day = z.number().min(0).max(4000);

const rising = (ends: readonly [number, number]) => ends[0] <= ends[1];
const fromLowToHigh = { error: 'give the lower end first' };

/** A number, or how to draw one: between two ends, geometric with a mean, or log-uniform between two ends. */
export const amount = z.union([
  z.number().min(0).max(1_000_000),
  z.strictObject({
    between: z.tuple([z.int().min(0), z.int().min(0).max(1_000_000)]).refine(rising, fromLowToHigh),
  }),
  z.strictObject({ geometric: z.number().min(1).max(100_000) }),
  z.strictObject({
    logUniform: z
      .tuple([z.number().positive(), z.number().positive().max(1_000_000)])
      .refine(rising, fromLowToHigh),
  }),
]);
export type Amount = z.output<typeof amount>;
