/** Participants by the network that answers for them, as whoever writes to an abuse desk needs them. */
import { byText } from '../../explain/values.ts';
import type { HandedCampaign, HandedParticipant, Handover } from './handover.ts';
import { isAddress } from './source-kind.ts';

export interface NetworkGroup {
  /** Number and name of the autonomous system; null where no data tells. */
  readonly asn: number | null;
  readonly network: string | null;
  readonly participants: readonly {
    readonly campaign: HandedCampaign;
    readonly participant: HandedParticipant;
  }[];
}

/**
 * Largest first; an address whose network no data tells is a group of its own, behind them. Host names are left out: which network a name belongs to can have changed since,
 * and an abuse desk wants the address.
 */
export function byNetwork({ campaigns }: Handover): readonly NetworkGroup[] {
  const groups = new Map<
    number | string,
    NetworkGroup & { participants: NetworkGroup['participants'][number][] }
  >();
  for (const campaign of campaigns)
    for (const participant of campaign.participants) {
      if (!isAddress(participant.source)) continue;
      const asn = participant.place?.asn ?? null;
      const key = asn ?? participant.source;
      let group = groups.get(key);
      if (group === undefined) {
        group = { asn, network: participant.place?.network ?? null, participants: [] };
        groups.set(key, group);
      }
      group.participants.push({ campaign, participant });
    }
  return [...groups.values()].sort(
    (a, b) =>
      Number(a.asn === null) - Number(b.asn === null) ||
      b.participants.length - a.participants.length ||
      (a.asn ?? 0) - (b.asn ?? 0) ||
      byText(a.network ?? '', b.network ?? ''),
  );
}
