/**
 * `slowbrute explain SOURCE|CAMPAIGN`: what the history knows of it. A campaign's evidence is found anew, by the code of `scan` over
 * the attempts of its weeks that the history has; so it says as much as a report on the log would have.
 */
import { type Membership, type SourceDossier, sharedNames } from '../explain/dossier.ts';
import { Trouble } from '../model/error.ts';
import type { Questions } from '../serve/questions.ts';
import { campaignSection } from '../show/campaigns.ts';
import { campaignFacts, logLines, renderSource, trimmed } from '../show/dossier.ts';
import { type Look, printed } from '../show/page.ts';
import type { CampaignHistory, StoredAttempt } from '../store/history.ts';
import { evidenceOf } from '../view/evidence.ts';
import type { CommandEffects } from './effects.ts';
import { type PlaceOptions, withQuestions } from './history-access.ts';
import { WIDEST } from './scan.ts';
import { hasUnicode, wantsColour } from './write.ts';

export interface ExplainOptions extends PlaceOptions {
  readonly format: 'text' | 'json';
  readonly all: boolean;
  readonly width: number | null;
}

/** Attempts of one source, and of one campaign, that are looked at. */
const OWN = 500;
const CAMPAIGNS = 200_000;

/** Explains `what`, a source or a campaign (`c1`). Throws `Trouble` where the history has neither. */
export async function explain(
  what: string,
  options: ExplainOptions,
  effects: CommandEffects,
): Promise<number> {
  const look: Look = {
    width: options.width ?? Math.min(effects.stdout.columns ?? 80, WIDEST),
    colour: wantsColour(effects.stdout, effects.environment),
    unicode: hasUnicode(effects.environment),
    all: options.all,
  };
  const text = await withQuestions(options, effects, async (questions) => {
    const [campaign] = await questions.campaigns({ id: what });
    if (campaign !== undefined) return ofCampaign(questions, campaign, options.format, look);
    return ofSource(questions, what, options.format, look);
  });
  effects.stdout.write(text);
  return 0;
}

async function ofSource(
  questions: Questions,
  source: string,
  format: 'text' | 'json',
  look: Look,
): Promise<string> {
  const history = await questions.source(source);
  const blocks = await questions.blocks({ source });
  const byTarget = blocks.length === 0 ? await questions.blocks({ target: source }) : blocks;
  if (history === null && byTarget.length === 0)
    throw new Trouble(
      'wrong-call',
      `${source}: the history knows no such source or campaign`,
      'slowbrute history sources and slowbrute history campaigns list what there is.',
    );
  const attempts = await some(questions.attempts({ source, newestFirst: true, limit: OWN }));
  const memberships: Membership[] = [];
  for (const { participants, ...campaign } of await questions.campaigns({})) {
    for (const one of participants) {
      if (one.source !== source) continue;
      const all = await some(questions.attempts({ campaign: campaign.id, limit: CAMPAIGNS }));
      const names = sharedNames(source, attempts, all);
      const { confidence, named, released } = one;
      memberships.push({ campaign, participants: participants.length, confidence, named, released, names });
    }
  }
  const dossier: SourceDossier = { source, history, memberships, attempts, blocks: byTarget };
  return format === 'json' ? `${JSON.stringify(dossier, null, 2)}\n` : renderSource(dossier, look);
}

async function ofCampaign(
  questions: Questions,
  campaign: CampaignHistory,
  format: 'text' | 'json',
  look: Look,
): Promise<string> {
  const { report } = await evidenceOf(questions, campaign);
  if (format === 'json') return `${JSON.stringify({ campaign, report }, null, 2)}\n`;
  const lines = await some(questions.attempts({ campaign: campaign.id, newestFirst: true, limit: OWN }));
  return printed(
    trimmed([
      ...campaignFacts(campaign, look),
      ...(report === null ? [] : campaignSection(report, look)),
      ...logLines(lines, look),
    ]),
    look,
  );
}

async function some(all: AsyncIterable<StoredAttempt>): Promise<StoredAttempt[]> {
  const found: StoredAttempt[] = [];
  for await (const one of all) found.push(one);
  return found;
}
