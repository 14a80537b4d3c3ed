/**
 * Campaigns from the events that told of them and the attempts that came after, the same in every engine. An event is
 * applied after the attempt that brought it about.
 *
 * `opened` says how many attempts its first participants have made; they are named right after it, each with its own. From
 * then on each failed attempt of a participant counts, until the campaign has ended or the source was released.
 */
import type { LiveEvent } from '../../model/live.ts';
import type { CampaignHistory } from '../history.ts';

export interface ParticipantRecord {
  readonly source: string;
  confidence: number;
  named: number;
  released: number | null;
  firstSeen: number;
  lastSeen: number;
  attempts: number;
}

/** The campaign without its participants. */
export interface CampaignHead {
  readonly id: string;
  opened: number;
  by: string;
  bits: number;
  firstSeen: number;
  lastSeen: number;
  ended: number | null;
  /** What the event that opened or ended it said; null once there are participants to count. */
  toldAttempts: number | null;
  returnOf: string[];
  compromised: { source: string; user: string; sensor: string; time: number }[];
}

export interface CampaignRecord {
  readonly head: CampaignHead;
  readonly participants: Map<string, ParticipantRecord>;
}

/** A campaign of which nothing was told yet but `event`. */
export function newCampaign(event: LiveEvent): CampaignRecord {
  const head: CampaignHead = {
    id: event.campaign,
    opened: event.time,
    by: 'not told',
    bits: 0,
    firstSeen: event.time,
    lastSeen: event.time,
    ended: null,
    toldAttempts: null,
    returnOf: [],
    compromised: [],
  };
  return { head, participants: new Map() };
}

/** Brings `record` up to date with `event`; returns the participant that changed, if one did. */
export function addEvent(record: CampaignRecord, event: LiveEvent): ParticipantRecord | null {
  const { head, participants } = record;
  switch (event.kind) {
    case 'campaign:opened':
      // the same name again after detection forgot it: it goes on
      head.opened = event.time;
      head.by = event.by;
      head.bits = event.bits;
      head.firstSeen = event.firstSeen;
      head.lastSeen = Math.max(head.lastSeen, event.time);
      head.ended = null;
      head.toldAttempts = participants.size === 0 ? event.attempts : null;
      return null;
    case 'participant:named': {
      const { source, confidence, time, firstSeen, attempts } = event;
      const told = { source, confidence, named: time, released: null, firstSeen, lastSeen: time, attempts };
      // named anew after it was released: the same participant in its old place
      const participant = Object.assign(participants.get(source) ?? told, told);
      participants.set(source, participant);
      if (head.ended === null) {
        head.toldAttempts = null;
        head.lastSeen = Math.max(head.lastSeen, time);
      }
      return participant;
    }
    case 'participant:released': {
      const participant = participants.get(event.source);
      if (participant === undefined) return null;
      participant.released = event.time;
      return participant;
    }
    case 'account:compromised': {
      const { source, user, sensor, time } = event;
      head.compromised.push({ source, user, sensor, time });
      return null;
    }
    case 'campaign:returned':
      if (!head.returnOf.includes(event.earlier)) head.returnOf.push(event.earlier);
      return null;
    case 'campaign:ended':
      head.ended = event.time;
      head.lastSeen = event.lastSeen;
      head.toldAttempts = event.attempts;
      return null;
  }
}

/** Counts a failed attempt of a participant of a campaign that goes on. */
export function addFailure(head: CampaignHead, participant: ParticipantRecord, time: number): void {
  participant.attempts++;
  participant.lastSeen = Math.max(participant.lastSeen, time);
  head.lastSeen = Math.max(head.lastSeen, time);
}

export function campaignHistory(record: CampaignRecord): CampaignHistory {
  const { head } = record;
  const participants = [...record.participants.values()].map((participant) => ({ ...participant }));
  let attempts = 0;
  for (const participant of participants) if (participant.released === null) attempts += participant.attempts;
  return {
    id: head.id,
    opened: head.opened,
    by: head.by,
    bits: head.bits,
    firstSeen: head.firstSeen,
    lastSeen: head.lastSeen,
    ended: head.ended,
    attempts: head.toldAttempts ?? attempts,
    returnOf: [...head.returnOf],
    participants,
    compromised: head.compromised.map((one) => ({ ...one })),
  };
}

/**
 * The campaigns that go on, in memory: whose participants must be known at every attempt. `changed` holds what is to be
 * written since {@link settle}.
 */
export class OpenCampaigns {
  readonly records = new Map<string, CampaignRecord>();
  readonly #bySource = new Map<string, Set<CampaignRecord>>();
  readonly changed = new Map<CampaignRecord, Set<ParticipantRecord>>();

  add(record: CampaignRecord): void {
    this.records.set(record.head.id, record);
    for (const participant of record.participants.values()) this.#index(record, participant);
  }

  event(event: LiveEvent): void {
    let record = this.records.get(event.campaign);
    if (record === undefined) {
      record = newCampaign(event);
      this.records.set(event.campaign, record);
    }
    const participant = addEvent(record, event);
    this.#touch(record, participant);
    if (event.kind === 'campaign:opened')
      for (const each of record.participants.values()) this.#index(record, each);
    if (participant !== null) this.#index(record, participant);
    if (event.kind === 'campaign:ended')
      for (const source of record.participants.keys()) this.#forget(record, source);
  }

  failure(source: string, time: number): void {
    for (const record of this.#bySource.get(source) ?? []) {
      const participant = record.participants.get(source)!;
      addFailure(record.head, participant, time);
      this.#touch(record, participant);
    }
  }

  /** What changed is written: forgets which that was, and, if so wanted, the campaigns that ended. */
  settle(ended: 'forget ended' | 'keep ended'): void {
    this.changed.clear();
    if (ended === 'forget ended')
      for (const [id, { head }] of this.records) if (head.ended !== null) this.records.delete(id);
  }

  #touch(record: CampaignRecord, participant: ParticipantRecord | null): void {
    let changed = this.changed.get(record);
    if (changed === undefined) {
      changed = new Set();
      this.changed.set(record, changed);
    }
    if (participant !== null) changed.add(participant);
  }

  #index(record: CampaignRecord, { source, released }: ParticipantRecord): void {
    if (released !== null || record.head.ended !== null) {
      this.#forget(record, source);
      return;
    }
    let records = this.#bySource.get(source);
    if (records === undefined) {
      records = new Set();
      this.#bySource.set(source, records);
    }
    records.add(record);
  }

  #forget(record: CampaignRecord, source: string): void {
    const records = this.#bySource.get(source);
    records?.delete(record);
    if (records?.size === 0) this.#bySource.delete(source);
  }
}
