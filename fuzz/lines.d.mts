/** What forms are made of, so that names look like the ends and beginnings of messages. */
export const PIECES: readonly string[];
/** Whole numbers below n, the same sequence for the same seed. */
export function seeded(seed: number): (n: number) => number;
export function makeLines(
  seed: number,
  count: number,
  templates: readonly string[],
  corpus?: readonly string[],
): string[];
export function rendered(template: string, below: (n: number) => number, isServers?: boolean): string;
export function mutated(text: string, below: (n: number) => number): string;
