/** The scenario language, part one: people, their machines, and strangers who know nothing of each other. */
import { z } from 'zod';
import { amount, count, day, everyMinutes, listLength, persons, share } from './scenario-values.ts';

/** When an actor is there: days after the scenario's start; `untilDay` left out means to the end. */
const when = { fromDay: day.default(0), untilDay: day.optional() };

/**
 * A rate that drifts: factors on it at even distances from the first day of the actor to its last, straight lines
 * between them. Left out: none.
 */
const trend = z.array(z.number().min(0).max(100)).min(2).max(400).optional();

/** What people do at their keyboards; the defaults are what small sites' logs show (see people.ts). */
const habits = {
  /** Logins of one person on a working day, mean. */
  loginsPerDay: z.number().min(0).max(500).default(3),
  /** Share of the persons that log in by key. */
  keyShare: share.default(0.5),
  /** Share of password logins that begin with one or two wrong passwords. */
  typoShare: share.default(0.06),
  /** Share of logins that begin with a slip in the user name. */
  nameTypoShare: share.default(0.008),
  /** Share of password logins where the password is forgotten: 3 to 8 failures, then success or giving up. */
  forgottenShare: share.default(0.004),
  /** Days (from the start, 0 the first) on which hardly anybody works. */
  holidays: z.array(z.int().min(0)).default([]),
};

export const people = z.strictObject({
  kind: z.literal('people'),
  count: persons,
  /** Their accounts; those that are not named here are drawn. */
  names: z.array(z.string().min(1)).default([]),
  /** Chance a day that a person leaves on a journey of 2 to 10 days, with a new address a day. */
  travelShare: share.default(0.01),
  ...habits,
  ...when,
});

export const office = z.strictObject({ kind: z.literal('office'), count: persons, ...habits, ...when });

export const brokenJob = z.strictObject({
  kind: z.literal('broken-job'),
  user: z.string().min(1),
  everyMinutes,
  /** The account has been deleted: the user is unknown. */
  deleted: z.boolean().default(false),
  /** How many days it worked before it broke; 0: nobody saw it work. */
  workedDays: z.number().min(0).default(0),
  ...when,
});

export const expiredPassword = z.strictObject({
  kind: z.literal('expired-password'),
  machines: count,
  user: z.string().min(1),
  /** A machine logs in once in so many minutes. */
  everyMinutes,
  /** The day from which on all of them fail. */
  expiresOnDay: day,
  /** The day from which on they have the new one; left out: never. */
  renewedOnDay: day.optional(),
  ...when,
});

export const monitoring = z.strictObject({
  kind: z.literal('monitoring'),
  user: z.string().min(1).default('nagios'),
  everyMinutes,
  /** The day from which on its logins fail; left out: never. */
  failsFromDay: day.optional(),
  /** There is no such account: the monitor only looks whether the server answers. */
  deleted: z.boolean().default(false),
  ...when,
});

export const loud = z.strictObject({
  kind: z.literal('loud'),
  perDay: z.number().min(0).max(1000),
  trend,
  /** Attempts of one attacker. */
  attempts: amount.default({ logUniform: [50, 2000] }),
  gapSeconds: amount.default({ logUniform: [1, 20] }),
  /** Share of the attackers that try only root. */
  rootShare: share.default(0.4),
  ...when,
});

export const scanners = z.strictObject({
  kind: z.literal('scanners'),
  /** New sources a day, mean. */
  perDay: z.number().min(0).max(20_000),
  trend,
  /** Variance of a day's number = mean + dispersion x mean squared. */
  dispersion: z.number().min(0).max(10).default(0.08),
  tries: amount.default({ geometric: 2 }),
  /** Share that spreads its tries over days instead of minutes. */
  spreadShare: share.default(0.3),
  /** Share that uses one of the seed's few small toolkits (fixed short lists), as many scanners do. */
  toolkitShare: share.default(0.25),
  /** Where names come from otherwise: the tail, or a name that nobody else tries; the rest is popular. */
  tailShare: share.default(0.15),
  oddShare: share.default(0.02),
  /** Share that tries every sensor, not one. */
  sweepShare: share.default(0.15),
  /** Share of the sources that share a /24 with others. */
  neighbourShare: share.default(0.05),
  ipv6Share: share.default(0),
  /** Sources that the log names instead of giving their address: only sshd of 2008 and before did. */
  hostNameShare: share.default(0),
  ...when,
});

export const rootScanners = z.strictObject({
  kind: z.literal('root-scanners'),
  perDay: z.number().min(0).max(20_000),
  trend,
  dispersion: z.number().min(0).max(10).default(0.08),
  tries: amount.default({ geometric: 1.5 }),
  hostNameShare: share.default(0),
  ...when,
});

export const publicList = z.strictObject({
  kind: z.literal('public-list'),
  perDay: z.number().min(0).max(20_000),
  trend,
  dispersion: z.number().min(0).max(10).default(0.08),
  /** Names on the list; all go through it in the same order from its head. */
  names: z.int().min(1).max(2000),
  /** How far down the list a source goes. */
  tries: amount.default({ logUniform: [2, 60] }),
  /** Mean gap of one source, drawn once for each. */
  gapSeconds: amount.default({ logUniform: [200, 20_000] }),
  ...when,
});

export const worm = z.strictObject({
  kind: z.literal('worm'),
  perDay: z.number().min(0).max(20_000),
  trend,
  dispersion: z.number().min(0).max(10).default(0.3),
  /** Each source tries these, one after the other, once. */
  names: z.array(z.string().min(1)).min(1).default(['pi', 'pi']),
  ...when,
});

export const nat = z.strictObject({
  kind: z.literal('nat'),
  /** Independent visitors behind the one address. */
  visitors: count,
  /** Tries of each visitor, spread over its own hours. */
  tries: amount.default({ between: [1, 6] }),
  ...when,
});

/**
 * A carrier whose customers share its addresses (RFC 6888). With several addresses, each connection goes out by any
 * of them, which RFC 4787 calls arbitrary pooling.
 */
export const carrier = z.strictObject({
  kind: z.literal('carrier'),
  /** Of one /24. */
  addresses: z.int().min(1).max(64).default(1),
  /** People of the site who log in over it. */
  persons: z.int().min(0).max(1000).default(0),
  /** Independent strangers behind it, and the tries of each, spread over its own hours. */
  visitors: z.int().min(0).max(10_000).default(0),
  tries: amount.default({ between: [1, 6] }),
  /** One attacker who goes through a list of so many names in sittings. */
  attacker: z
    .strictObject({
      names: listLength,
      sittingsPerDay: z.number().min(0).max(100),
      /** Tries of one sitting, and the gap between two of them. */
      tries: amount,
      gapSeconds: amount,
    })
    .optional(),
  ...habits,
  ...when,
});

/** The owner's own search for default passwords: one address, every sensor, the same list each time. */
export const ownerScanner = z.strictObject({
  kind: z.literal('owner-scanner'),
  everyDays: z.number().min(0.5).max(400),
  names: listLength,
  /** Passwords tried for each name. */
  passwords: z.int().min(1).max(20),
  gapSeconds: amount.default({ between: [1, 4] }),
  /** An account of its own, with which it logs in by key before it begins; left out: none. */
  user: z.string().min(1).optional(),
  ...when,
});

/**
 * One source that repeats what others tried, to make them look as if they belonged together. It sees every attempt
 * of the actors further up in the scenario, which is more than any real one could.
 */
export const framer = z.strictObject({
  kind: z.literal('framer'),
  /** Share of the rare names that it repeats, how soon, and how often each. */
  share: share.default(1),
  delayMinutes: amount.default({ between: [1, 10] }),
  tries: amount.default(1),
  ...when,
});
