/** What blocking must know from before, out of the history: blocks, who has logged in from where, who takes part in what. */
import type { DeciderMemory } from '../respond/decide.ts';
import type { History } from '../store/history.ts';

/**
 * Reads it whole: some hundred thousand lines at most, once at the start. `loggedIn`: where those come from who are logged in now,
 * of whom a history that has just begun knows nothing.
 */
export async function rememberedBlocks(
  history: History,
  loggedIn: readonly string[] = [],
  now = 0,
): Promise<DeciderMemory> {
  const blocks = [...(await history.blocks({}))].reverse();
  const people = [...(await history.people())];
  const campaigns = await history.campaigns({});
  const compromised = new Set(campaigns.flatMap((one) => one.compromised.map(({ source }) => source)));
  const participants = campaigns
    .filter(({ ended }) => ended === null)
    .flatMap(({ id, participants: all }) =>
      all
        .filter(({ released }) => released === null)
        .map(({ source, confidence, lastSeen }) => ({ source, campaign: id, confidence, time: lastSeen })),
    );
  for (const source of loggedIn) people.push({ source, lastSuccess: now });
  return { blocks, people: people.filter(({ source }) => !compromised.has(source)), participants };
}
