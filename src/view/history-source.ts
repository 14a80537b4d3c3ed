/** Everything that a history knows of one source, and why it is blocked or is not. */
import { sharedNames } from '../explain/dossier.ts';
import type { Block, BlockReason } from '../model/block.ts';
import { printable } from '../model/printable.ts';
import { timeText } from '../model/time.ts';
import type { CampaignHistory, StoredAttempt, StoredBlock } from '../store/history.ts';
import { loudSources } from './loud.ts';
import type { HistorySiteOptions } from './of-history.ts';
import type { SourceView } from './site.ts';

/** Attempts of one source, and of one campaign, that are looked at. */
const OWN = 500;
const CAMPAIGN = 50_000;
const MOST_NAMES = 100;
const MOST_ACTIONS = 10_000;

/** null: the history does not know it. */
export async function historySource(options: HistorySiteOptions, source: string): Promise<SourceView | null> {
  const { questions } = options;
  const history = await questions.source(source);
  const ofSource = await questions.blocks({ source });
  const blocks = ofSource.length === 0 ? await questions.blocks({ target: source }) : ofSource;
  if (history === null && blocks.length === 0) return null;
  const attempts = await some(questions.attempts({ source, newestFirst: true, limit: OWN }));
  const campaigns = (await questions.campaigns({})).filter(({ participants }) =>
    participants.some((one) => one.source === source),
  );
  const memberships: SourceView['memberships'][number][] = [];
  for (const campaign of campaigns) memberships.push(await membershipOf(options, campaign, source, attempts));
  const standing = blocks.find(({ ended }) => ended === null) ?? null;
  const targets = new Set([source, ...blocks.map(({ target }) => target)]);
  return {
    source,
    place: options.places?.placeOf(source) ?? null,
    firstSeen: history?.firstSeen ?? null,
    lastSeen: history?.lastSeen ?? null,
    failures: history?.failures ?? 0,
    unknownUserFailures: history?.unknownUserFailures ?? 0,
    successes: history?.successes ?? 0,
    successUsers: history?.successUsers ?? [],
    isLoud: isLoud(attempts),
    memberships,
    block: standing === null ? null : blockOf(standing),
    why: whyOf(standing, memberships, history?.successes ?? 0, options.isDryRun?.() ?? true),
    pastBlocks: blocks
      .filter(({ ended }) => ended !== null)
      .map((block) => ({ block: blockOf(block), ended: block.ended, why: block.why })),
    actions: (options.actions?.(MOST_ACTIONS) ?? []).filter(({ target }) => targets.has(target)),
  };
}

async function membershipOf(
  { questions }: HistorySiteOptions,
  campaign: CampaignHistory,
  source: string,
  own: readonly StoredAttempt[],
): Promise<SourceView['memberships'][number]> {
  const { confidence, named, released } = campaign.participants.find((one) => one.source === source)!;
  const all = await some(questions.attempts({ campaign: campaign.id, newestFirst: true, limit: CAMPAIGN }));
  const names = sharedNames(source, own, all)
    .slice(0, MOST_NAMES)
    .map(({ user, time, others, before }) => ({ user, time, others, before }));
  return { campaign: campaign.id, confidence, named, released, names };
}

function whyOf(
  block: StoredBlock | null,
  memberships: SourceView['memberships'],
  successes: number,
  isDryRun: boolean,
): string {
  if (block !== null) {
    const until = block.until === null ? 'until somebody ends it' : `until ${timeText(block.until)}`;
    return `${isDryRun ? 'It would be blocked' : 'It is blocked'} ${until}, because ${reasonText(block.reason)}.`;
  }
  const last = memberships.find(({ released }) => released === null);
  if (last !== undefined)
    return `It takes part in ${last.campaign}, but no block of it stands: its time is over, somebody ended it, or it is one that is never blocked.`;
  if (memberships.length > 0)
    return 'It is not blocked: it was found not to belong to the campaign after all.';
  if (successes > 0) return 'It is not blocked: somebody has logged in from there.';
  return 'It is not blocked: nothing links it to a campaign.';
}

function reasonText(reason: BlockReason): string {
  switch (reason.kind) {
    case 'participant':
      return `it takes part in ${reason.campaign} with a probability of ${reason.confidence.toFixed(2)}`;
    case 'unknown-user':
      return 'it failed on a user that does not exist';
    case 'loud':
      return 'it fails often';
    case 'network':
      return `${reason.sources} blocked sources are in its network`;
    case 'told':
      return `${printable(reason.by, 100)} told of it`;
    case 'by-hand':
      return `${printable(reason.by, 64)} blocked it: ${printable(reason.why, 400)}`;
  }
}

function isLoud(newestFirst: readonly StoredAttempt[]): boolean {
  const attempts = newestFirst.toReversed();
  const sensors = [...new Set(attempts.map(({ sensor }) => sensor))];
  const columns = {
    length: attempts.length,
    all: attempts.length,
    time: Float64Array.from(attempts, ({ time }) => time),
    source: new Uint32Array(attempts.length),
    sensor: Uint16Array.from(attempts, ({ sensor }) => sensors.indexOf(sensor)),
    success: Uint8Array.from(attempts, ({ success }) => (success ? 1 : 0)),
    sources: [''],
  };
  return loudSources(columns)[0] === 1;
}

/** A stored block without its end. */
export function blockOf({ id, target, source, reason, from, until, repetition, weight }: StoredBlock): Block {
  return { id, target, source, reason, from, until, repetition, weight };
}

async function some(all: AsyncIterable<StoredAttempt>): Promise<StoredAttempt[]> {
  const found: StoredAttempt[] = [];
  for await (const one of all) found.push(one);
  return found;
}
