/** Campaigns that are found by looking at everything now and then (looks.ts), and not attempt by attempt. */
import { toCampaigns } from '../campaign.ts';
import type { LiveCampaign } from './affair.ts';
import { placedElsewhere } from './fits.ts';
import type { Seen } from './looks.ts';
import type { StateNumbers } from './states.ts';
import type { States } from './states-again.ts';
import { failuresOf, isOver, type Watch } from './watch.ts';

export class Standing {
  readonly #campaigns: LiveCampaign[] = [];
  readonly #watch: Watch;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** Takes over what a look at everything has found. */
  take({ table, visitors, sources, findings }: Seen, time: number): void {
    const placed = placedElsewhere(this.#watch.roster.named(), sources, this.#campaigns);
    for (const { finding, by } of findings) {
      for (const campaign of toCampaigns(table, visitors, finding, placed)) {
        const members = campaign.participants.map((p) => sources[p.source]!);
        let live = members
          .map((source) => this.#watch.roster.campaignOf(source))
          .find((at) => at !== undefined && this.#campaigns.includes(at));
        // what is over is found again and again, as long as it is remembered
        if (live === undefined && isOver(time, campaign)) continue;
        if (live === undefined) {
          const bits = campaign.evidence.find((e) => e.kind === by)?.bits ?? -Math.log2(finding.falseAlarm);
          live = this.#watch.roster.open(
            { ...campaign, attempts: failuresOf(campaign, table) },
            by,
            bits,
            time,
          );
          this.#campaigns.push(live);
        }
        for (const { source, confidence } of campaign.participants) {
          this.#watch.name(live, sources[source]!, confidence, time);
        }
        this.#watch.roster.update(live, campaign, table, time, 'name');
      }
    }
  }

  /** Its campaigns, by their numbers. */
  save(numbers: StateNumbers): readonly number[] {
    return this.#campaigns.map((campaign) => numbers.campaign(campaign));
  }

  restore(saved: readonly number[], { campaigns }: States): void {
    for (const c of saved) this.#campaigns.push(campaigns[c]!);
  }

  /** Ends what nothing has come of for long. */
  end(time: number): void {
    for (let i = this.#campaigns.length - 1; i >= 0; i--) {
      const campaign = this.#campaigns[i]!;
      if (!isOver(time, campaign)) continue;
      this.#watch.roster.end(campaign, time);
      this.#campaigns.splice(i, 1);
    }
  }
}
