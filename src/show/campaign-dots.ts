/** A campaign's attempts as dots for {@link plot}: names by first appearance, so that a walk through a list is a diagonal. */
import { type AttemptTable, NO_USER } from '../model/attempt.ts';
import type { Campaign } from '../model/detection.ts';
import type { Dots } from './plot.ts';

/** Dots, and what the names of the first and the last row are. */
export interface NamedDots extends Dots {
  readonly first: string;
  readonly last: string;
}

/** Fewer names or attempts than this are no picture: the sentences say it better. */
const LEAST_NAMES = 4;
const LEAST_ATTEMPTS = 20;

/** null: there is too little to see. Attempts whose name no line told are left out. */
export function campaignDots(table: AttemptTable, campaign: Pick<Campaign, 'rows'>): NamedDots | null {
  const numbers = new Map<number, number>();
  const time: number[] = [];
  const name: number[] = [];
  for (const row of campaign.rows) {
    const user = table.user[row] ?? NO_USER;
    if (user === NO_USER) continue;
    let number = numbers.get(user);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(user, number);
    }
    time.push(table.time[row]!);
    name.push(number);
  }
  if (numbers.size < LEAST_NAMES || time.length < LEAST_ATTEMPTS) return null;
  const [first = NO_USER] = numbers.keys();
  const last = [...numbers.keys()].at(-1) ?? NO_USER;
  return {
    time,
    name,
    names: numbers.size,
    first: table.users[first] ?? '',
    last: table.users[last] ?? '',
  };
}
