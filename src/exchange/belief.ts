/**
 * How far others are believed. Each peer has a weight, the probability that what it tells is so; peers are independent witnesses, so the belief that a
 * source attacks is 1 - the product of (1 - weight x confidence). And a rule that no arithmetic can bend: **one peer alone blocks nobody**,
 * however sure it is, unless it was said to be trusted `alone`.
 *
 * What a peer that lies can do: have a source blocked that a second peer names too, or that it alone names if it is trusted alone; never this
 * machine, its allow-list, anybody who has logged in here (respond/told.ts), never a network, and never for longer than its
 * document holds. What it tells is forgotten when it is taken out.
 */
import type { ExchangeBody } from './document.ts';

export interface PeerTrust {
  readonly name: string;
  /** 0 to 1. */
  readonly weight: number;
  readonly alone: boolean;
}

export interface HeardBody {
  readonly peer: PeerTrust;
  readonly body: ExchangeBody;
  /** The key under which its sources are hashed. */
  readonly groupKey: Buffer;
}

export interface Belief {
  /** 0 to 1. */
  readonly confidence: number;
  readonly peers: readonly string[];
  /** Whether that may block. */
  readonly mayBlock: boolean;
  /** When the first of what it rests on is over, seconds since 1970. */
  readonly until: number;
}

/** Peers that must agree where none is trusted alone: two who lie together are the least that does harm. */
const LEAST_PEERS = 2;

interface Word {
  readonly peer: PeerTrust;
  readonly confidence: number;
  readonly expires: number;
}

/** What all peers say, by hash of each group; made anew when one of them says something else. */
export class Beliefs {
  readonly #groups: { readonly key: Buffer; readonly words: Map<string, Word[]> }[] = [];

  /** `now`: seconds since 1970; what is over is left out. */
  constructor(heard: readonly HeardBody[], now: number) {
    for (const { peer, body, groupKey } of heard) {
      if (body.expires <= now) continue;
      let group = this.#groups.find(({ key }) => key.equals(groupKey));
      if (group === undefined) {
        group = { key: groupKey, words: new Map() };
        this.#groups.push(group);
      }
      for (const { source, confidence } of body.participants) {
        const words = group.words.get(source) ?? [];
        // a peer that names one twice is one witness
        if (!words.some((word) => word.peer.name === peer.name))
          words.push({ peer, confidence, expires: body.expires });
        group.words.set(source, words);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#groups.length === 0;
  }

  /** `hash`: of a source under a group's key; null: it has none. */
  of(hash: (groupKey: Buffer) => string | null, now: number): Belief | null {
    const words = new Map<string, Word>();
    for (const { key, words: known } of this.#groups) {
      const hashed = hash(key);
      for (const word of (hashed === null ? undefined : known.get(hashed)) ?? [])
        if (word.expires > now) words.set(word.peer.name, word);
    }
    if (words.size === 0) return null;
    const all = [...words.values()];
    const doubt = all.reduce((left, { peer, confidence }) => left * (1 - peer.weight * confidence), 1);
    const witnesses = all.filter(({ peer, confidence }) => peer.weight * confidence > 0).length;
    return {
      confidence: 1 - doubt,
      peers: all.map(({ peer }) => peer.name),
      mayBlock: witnesses >= LEAST_PEERS || all.some(({ peer }) => peer.alone),
      until: Math.min(...all.map(({ expires }) => expires)),
    };
  }
}
