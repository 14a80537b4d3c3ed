/**
 * A campaign's evidence, found anew by the code of `scan` over the attempts of its weeks that a history has, as a report on their log
 * would show it; and what chance alone would show (chance.ts).
 *
 * Seconds of work, so it is done on a thread of its own (evidence-thread.ts) where there is one, and kept until the campaign has
 * gone on by an attempt.
 */
import { hasThread, startThread } from '../built/parts.ts';
import { detect } from '../detect/detect.ts';
import { buildReport, inOrder } from '../explain/report.ts';
import type { CampaignReport } from '../explain/schema.ts';
import type { AttemptTable } from '../model/attempt.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { AttemptTableBuilder } from '../model/table.ts';
import { DAY } from '../model/time.ts';
import type { CampaignHistory } from '../store/history.ts';
import type { Questions } from '../store/questions.ts';
import { chanceOf } from './chance.ts';
import { logColumns } from './log-columns.ts';
import type { Chance } from './site.ts';
import { type WeeksQuestion, type WeeksSay, weeksIn } from './weeks.ts';

/** Days before a campaign that show what is usual. */
const BEFORE_DAYS = 28;
/** Attempts that are looked at: with more the newest; a detection of so many takes 2 s and 100 MB. */
export const MOST_ATTEMPTS = 200_000;
/** A thread that has found nothing for so long is ended. */
const PATIENCE_MS = 120_000;

export interface Evidenced {
  readonly report: CampaignReport | null;
  readonly chance: Chance | null;
}

export interface EvidenceQuestion {
  readonly id: string;
  readonly sources: ReadonlySet<string>;
  readonly table: AttemptTable;
}

/** Evidence of campaigns, kept. */
export class EvidenceBook {
  readonly #questions: Questions;
  readonly #known = new Map<string, { readonly lastSeen: number; readonly found: Promise<Evidenced> }>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /** One after the other. Errors: those of the history. */
  of(campaign: CampaignHistory): Promise<Evidenced> {
    const known = this.#known.get(campaign.id);
    if (known?.lastSeen === campaign.lastSeen) return known.found;
    const found = this.#queue.then(() => evidenceOf(this.#questions, campaign));
    this.#queue = found.catch(() => undefined);
    this.#known.set(campaign.id, { lastSeen: campaign.lastSeen, found });
    found.catch(() => this.#known.delete(campaign.id));
    return found;
  }
}

/** The campaign as a report on its weeks shows it; null where it does not. */
export async function evidenceOf(questions: Questions, campaign: CampaignHistory): Promise<Evidenced> {
  const builder = new AttemptTableBuilder();
  const since = campaign.firstSeen - BEFORE_DAYS * DAY;
  const until = campaign.lastSeen + 1;
  const { failures, successes } = await questions.countAttempts({ since, until });
  // of a campaign of many months its last weeks are shown, with what came before them
  const from = failures + successes > MOST_ATTEMPTS ? await newest(questions, { since, until }) : {};
  for await (const attempt of questions.attempts({ since, until, ...from })) builder.append(attempt);
  const sources = new Set(
    campaign.participants.filter(({ released }) => released === null).map(({ source }) => source),
  );
  const question = { id: campaign.id, sources, table: builder.finish() };
  return onThread(question);
}

/** After which attempt the newest {@link MOST_ATTEMPTS} begin. */
async function newest(
  questions: Questions,
  interval: { readonly since: number; readonly until: number },
): Promise<{ readonly after?: number }> {
  let oldest: number | null = null;
  const query = { ...interval, newestFirst: true, limit: MOST_ATTEMPTS };
  for await (const { seq } of questions.attempts(query)) oldest = seq;
  return oldest === null ? {} : { after: oldest - 1 };
}

/** What the thread does; pure. */
export function evidenceIn({ id, sources, table }: EvidenceQuestion): Evidenced {
  const detection = detect(table, DEFAULT_DETECT_OPTIONS);
  const input = { paths: [], bytes: 0, lines: table.length, unreadLines: 0, unreadSamples: [] };
  const report = buildReport({ table, input }, detection);
  let best = -1;
  let most = 0;
  report.campaigns.forEach((one, i) => {
    const shared = one.participants.filter(({ source }) => sources.has(source)).length;
    if (shared <= most) return;
    most = shared;
    best = i;
  });
  const found = report.campaigns[best];
  if (found === undefined) return { report: null, chance: null };
  const campaigns = inOrder(detection).map(({ campaign }) => campaign);
  const { flags } = logColumns(table, detection, campaigns);
  return {
    report: { ...found, id, title: found.title.replace(`Campaign ${found.id}`, `Campaign ${id}`) },
    chance: chanceOf(table, flags, campaigns[best]!),
  };
}

async function onThread(question: EvidenceQuestion): Promise<Evidenced> {
  return (await asked(question, evidenceIn)) ?? { report: null, chance: null };
}

/** As {@link Weeks} wants it. */
export const weeksOnThread = (question: WeeksQuestion): Promise<WeeksSay | null> => asked(question, weeksIn);

/** The answer of a thread of its own; null where it has found none after a while. */
function asked<Q extends EvidenceQuestion | WeeksQuestion, A>(
  question: Q,
  here: (question: Q) => A,
): Promise<A | null> {
  if (!hasThread('evidence')) return Promise.resolve(here(question));
  return new Promise((resolve, reject) => {
    const worker = startThread('evidence', { workerData: question, execArgv: [] });
    const timer = setTimeout(() => over(null), PATIENCE_MS);
    timer.unref();
    const over = (found: A | null) => {
      clearTimeout(timer);
      void worker.terminate();
      resolve(found);
    };
    worker.once('message', (found: A) => over(found));
    worker.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
