/** The scenario language, part two: campaigns of all shapes. The units are in the names or the docstrings. */
import { z } from 'zod';
import { amount, count, day, listLength, share } from './scenario-values.ts';

const pool = z.enum(['anywhere', 'one-provider', 'one-network']);

const hit = z.strictObject({
  /** Where in the campaign the successful attempt is: 0 the first attempt, 1 the last. */
  at: share,
  /** Hours until the source logs in again; left out: never. */
  laterLoginHours: z.number().positive().optional(),
});

export const campaign = z.strictObject({
  kind: z.literal('campaign'),
  name: z.string().min(1),
  list: z.strictObject({
    /** The names themselves, or how many are drawn. */
    names: z.union([z.array(z.string().min(1)).min(1), listLength]),
    /** Names at the head of a drawn list, in this order. */
    head: z.array(z.string().min(1)).default([]),
    /** `none`: every attempt draws any name of the list, as independent guessers who share it would. */
    order: z.enum(['alphabetical', 'reverse-alphabetical', 'arbitrary', 'as-given', 'none']),
    /** Share of a drawn list that is popular with scanners as well. */
    popularShare: share.default(0.2),
    /** Share of a drawn list that exists as accounts. */
    knownShare: share.default(0),
    /** Attempts on each name. */
    triesPerName: z.union([
      amount,
      /** From the first number at the list's head down to the second, most of the way in the first tenth. */
      z.strictObject({ falling: z.tuple([z.number().min(1), z.number().min(1)]) }),
    ]),
    /** Attempts on the list in all: the tries per name are fitted to it exactly. */
    attempts: count.optional(),
    /** The attempts on one name are spread over so many hours, mixed with those on other names. */
    spreadHours: z.number().min(0).default(0),
    /**
     * Further attempts by the same sources in slots of the same pace, on names that have nothing to do with the
     * list: so large a share of all attempts. `odd`: names that nobody else tries; `popular`: what everybody tries.
     */
    decoys: z.strictObject({ share: share.max(0.95), names: z.enum(['odd', 'popular', 'both']) }).optional(),
  }),
  /** A second list whose attempts occupy slots of the same pace, such as root. */
  interleaved: z
    .strictObject({
      names: z.array(z.string().min(1)).min(1),
      /** Share of all attempts, or their exact number. */
      share: share.optional(),
      attempts: count.optional(),
      /** Sources of its own: so many, of which `shared` also take part in the first list. Left out: the same. */
      sources: z
        .strictObject({ count, shared: z.int().min(0) })
        .refine((own) => own.shared <= own.count, { path: ['shared'], error: 'more than there are sources' })
        .optional(),
    })
    .optional(),
  sources: z.strictObject({
    count,
    /**
     * How the attempts are shared out among the sources: all alike, unequally, so many each, or `in-turn`: everybody
     * once, then everybody again in about the same order.
     */
    tries: z.union([z.enum(['even', 'geometric', 'spread', 'in-turn']), amount]).default('even'),
    /** The actor of a campaign further up has come back: this share of the sources are that campaign's. */
    again: z.strictObject({ of: z.string().min(1), share }).optional(),
    /** A source comes back after so many hours; left out: any time. */
    returnHours: z.tuple([z.number().min(0), z.number().positive()]).optional(),
    pool: pool.default('anywhere'),
    ipv6Share: share.default(0),
    hostNameShare: share.default(0),
  }),
  pace: z.strictObject({
    /** Mean gap between attempts of the whole campaign; two numbers: from the first's at the start to the second's. */
    gapSeconds: z.union([z.number().positive(), z.tuple([z.number().positive(), z.number().positive()])]),
    /** `regular`: ticks of a clock, each off by `jitter` x gap (normal); `exponential`: no memory. */
    gaps: z.enum(['regular', 'exponential']),
    jitter: z.number().min(0).max(2).default(0.1),
    /** 0: day and night alike; 1: nothing at night. */
    diurnal: share.default(0),
    /** Pauses: so many, each of so many hours. */
    pauses: z.int().min(0).default(0),
    pauseHours: z.number().min(0).default(12),
  }),
  /** `in-turn`: one after the other; `dealt`: at random; `all`: each attempt on every sensor; `first`: one only. */
  sensors: z.enum(['in-turn', 'dealt', 'all', 'first']).default('dealt'),
  /** Only so many attempts (of both lists). */
  limit: count.optional(),
  hit: hit.optional(),
  fromDay: day.default(0),
  /** Exact start, seconds after the scenario's start; wins over `fromDay`. */
  fromSeconds: z.int().min(0).optional(),
});

export const dailyCounts = z.strictObject({
  kind: z.literal('daily-counts'),
  /** Attempts on each day from `fromDay` on, exactly. */
  perDay: z.array(z.int().min(0).max(200_000)).min(1).max(4000),
  /** The campaign's name, where they belong together; left out: strangers, whatever their number. */
  campaign: z.string().min(1).optional(),
  /** Sources that make two attempts instead of one. */
  twiceShare: share.default(0),
  /** Attempts on root, on popular names, on names that nobody else tries; the rest is of the tail. */
  rootShare: share.default(0),
  popularShare: share.default(0.4),
  oddShare: share.default(0),
  /** No name of the tail comes twice, and where the tail ends, names that nobody else tries take its place. */
  tailOnce: z.boolean().default(false),
  fromDay: day.default(0),
});

export const lockstep = z.strictObject({
  kind: z.literal('lockstep'),
  name: z.string().min(1),
  sources: count,
  tries: count.default(30),
  names: listLength.default(20),
  gapSeconds: z.tuple([z.number().positive(), z.number().positive()]).default([40, 50]),
  startSpreadSeconds: z.number().min(0).default(120),
  fromDay: day,
});

export const handOff = z.strictObject({
  kind: z.literal('hand-off'),
  name: z.string().min(1),
  sources: z.int().min(2).max(254),
  tries: amount.default({ between: [2, 3] }),
  gapSeconds: amount.default({ between: [2, 30] }),
  /** Which address is next: any that has not been, or the one with the next higher number. */
  order: z.enum(['any', 'ascending']).default('any'),
  /** Pause until the next address of the /24 takes over. */
  pauseMinutes: amount.default({ between: [120, 420] }),
  fromDay: day,
});

export const slowClock = z.strictObject({
  kind: z.literal('slow-clock'),
  name: z.string().min(1),
  sources: z.int().min(2).default(3),
  everyMinutes: z.tuple([z.number().positive(), z.number().positive()]).default([11, 12]),
  names: listLength.default(430),
  fromDay: day,
  untilDay: day.optional(),
});

export const swarm = z.strictObject({
  kind: z.literal('swarm'),
  name: z.string().min(1),
  /** New sources a day, and for how many days. */
  perDay: z.number().positive(),
  days: z.number().positive(),
  tries: amount.default({ geometric: 1.2 }),
  rootShare: share.default(0.33),
  oddShare: share.default(0.33),
  /** Share of the rest whose name is tried by one to three more sources within minutes. */
  sharedShare: share.default(0.5),
  fromDay: day,
});
