/** Times of the program: whole seconds since 1970-01-01T00:00:00Z, printed as ISO 8601 in UTC. */

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

/** `2008-11-19T15:04:22Z` from seconds since 1970; fractions are dropped. */
export function isoTime(seconds: number): string {
  return `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

/** `2008-11-19 15:04:22 UTC`, as a person reads it. */
export function timeText(seconds: number): string {
  return isoTime(seconds).replace('T', ' ').replace('Z', ' UTC');
}
