/** How many user names each campaign of a history tried: counted from its participants' attempts, and kept until it goes on. */
import type { CampaignHistory } from '../store/history.ts';
import type { Questions } from '../store/questions.ts';

/** Seconds that a number of a campaign holds that goes on all the while. */
const FRESH_SECONDS = 60;
const NO_NAME = 0xffff_ffff;

export class CampaignUsers {
  readonly #questions: Questions;
  readonly #now: () => number;
  readonly #known = new Map<
    string,
    { readonly lastSeen: number; readonly at: number; readonly users: Promise<number> }
  >();

  constructor(questions: Questions, now: () => number) {
    this.#questions = questions;
    this.#now = now;
  }

  /** Errors: those of the history. */
  of(campaign: CampaignHistory): Promise<number> {
    const known = this.#known.get(campaign.id);
    const now = this.#now();
    if (
      known !== undefined &&
      (known.lastSeen === campaign.lastSeen || Math.abs(now - known.at) < FRESH_SECONDS)
    )
      return known.users;
    const users = this.#count(campaign);
    this.#known.set(campaign.id, { lastSeen: campaign.lastSeen, at: now, users });
    users.catch(() => this.#known.delete(campaign.id));
    return users;
  }

  async #count(campaign: CampaignHistory): Promise<number> {
    const columns = await columnsOfCampaign(this.#questions, campaign);
    const users = new Set<number>();
    for (let i = 0; i < columns.length; i++)
      if (columns.isOwn(i) && columns.success[i] === 0 && columns.user[i] !== NO_NAME)
        users.add(columns.user[i]!);
    return users.size;
  }
}

/** Attempts of its participants while it went on; next to none of the others are read. */
export async function columnsOfCampaign(questions: Questions, campaign: CampaignHistory) {
  const { firstSeen, lastSeen } = campaign;
  const whole = new Set(
    campaign.participants.filter(({ released }) => released === null).map(({ source }) => source),
  );
  const columns = await questions.columns({ since: firstSeen, until: lastSeen + 1, most: 1, whole });
  const own = columns.sources.map((source) => whole.has(source));
  return { ...columns, isOwn: (i: number) => own[columns.source[i]!] === true };
}
