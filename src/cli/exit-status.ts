/**
 * With what a command ends: 0, 1, 2, and of sysexits.h what a service manager can act on. The man page has the sentences
 * (scripts/man.mjs).
 */
import type { TroubleCode } from '../model/error.ts';

/** What each status means. */
export const EXIT_STATUS_MEANS: Readonly<Record<number, string>> = {
  0: 'It did what it was called for; for those that report: a report was made.',
  1: 'It could not.',
  2: 'It was called wrongly.',
  69: 'Something that it needs is not there: a daemon, a firewall, a store, a receiver (EX_UNAVAILABLE).',
  73: 'A file could not be made (EX_CANTCREAT).',
  74: 'The store is full or damaged (EX_IOERR).',
  75: 'Another process is at work, or another try may succeed (EX_TEMPFAIL).',
  77: 'Whoever called it may not do this (EX_NOPERM).',
  78: 'The configuration is wrong, or missing (EX_CONFIG).',
};

/** Of the operator's trouble; what is not named here is 1. */
export const EXIT_STATUS: Readonly<Partial<Record<TroubleCode, keyof typeof EXIT_STATUS_MEANS>>> = {
  'wrong-call': 2,
  'not-running': 69,
  'firewall-failed': 69,
  'not-writable': 73,
  'store-away': 69,
  'store-full': 74,
  'store-corrupt': 74,
  'store-busy': 75,
  'no-rights': 77,
  'bad-config': 78,
  'store-newer': 78,
};
