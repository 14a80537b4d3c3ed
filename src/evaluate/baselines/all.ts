/** The baselines in the order in which tables show them. */
import type { Baseline } from './baseline.ts';
import { DICTIONARY_BLOCKING } from './dictionary-blocking.ts';
import { FIRST_UNKNOWN_USER } from './first-unknown-user.ts';
import { GFI_CUSUM } from './gfi-cusum.ts';
import { PER_SOURCE_THRESHOLD } from './per-source-threshold.ts';

export const BASELINES: readonly Baseline[] = [
  GFI_CUSUM,
  DICTIONARY_BLOCKING,
  FIRST_UNKNOWN_USER,
  PER_SOURCE_THRESHOLD,
];
