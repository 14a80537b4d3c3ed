/**
 * Who may send syslog, and how much. Nobody but this machine, unless networks are named: a log that anybody may write to has
 * sources that anybody may have blocked. Each sender has a bucket of messages that fills by its rate; what is known of senders is
 * bounded, as an address in a datagram costs nothing to invent.
 */
import { BlockList, isIP } from 'node:net';
import { Trouble } from '../../model/error.ts';

/** Senders that are remembered: a fleet has thousands. */
const MOST_PEERS = 20_000;
/** Seconds of its rate that a sender may send at once: what a syslogd sends again after its network was away. */
const BURST_SECONDS = 10;
/** Messages that may come at once whatever the rate. */
const LEAST_BURST = 100;

interface Peer {
  readonly isAllowed: boolean;
  /** Messages that it may send now. */
  room: number;
  /** Milliseconds of performance.now() when `room` was right. */
  at: number;
}

export class SyslogPeers {
  readonly #allowed = new BlockList();
  readonly #perSecond: number | null;
  readonly #peers = new Map<string, Peer>();

  /** Throws `Trouble` for what is neither an address nor a network. */
  constructor(allow: readonly string[], perSecond: number | null) {
    this.#perSecond = perSecond;
    for (const entry of allow.length === 0 ? ['127.0.0.0/8', '::1'] : allow) {
      const [address = '', prefix] = entry.split('/');
      const family = isIP(address);
      const longest = family === 4 ? 32 : 128;
      const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
      if (family === 0 || bits < 0 || bits > longest)
        throw new Trouble(
          'bad-config',
          `${entry}: is neither an address nor a network`,
          'Write it as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.',
        );
      this.#allowed.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
    }
  }

  isAllowed(address: string): boolean {
    return this.#peer(address).isAllowed;
  }

  /** Takes `messages` out of the sender's bucket: how many of them it has room for. */
  take(address: string, messages: number): number {
    const perSecond = this.#perSecond;
    if (perSecond === null) return messages;
    const peer = this.#peer(address);
    const now = performance.now();
    const most = Math.max(LEAST_BURST, perSecond * BURST_SECONDS);
    peer.room = Math.min(most, peer.room + ((now - peer.at) / 1000) * perSecond);
    peer.at = now;
    const taken = Math.min(messages, Math.max(0, Math.floor(peer.room)));
    peer.room -= taken;
    return taken;
  }

  /** Takes `messages` although there may be no room, and says how many seconds the sender must wait for that. */
  owe(address: string, messages: number): number {
    const perSecond = this.#perSecond;
    if (perSecond === null) return 0;
    this.take(address, 0);
    const peer = this.#peer(address);
    peer.room -= messages;
    return peer.room >= 0 ? 0 : -peer.room / perSecond;
  }

  #peer(address: string): Peer {
    let peer = this.#peers.get(address);
    if (peer === undefined) {
      const isAllowed = this.#allowed.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
      const most = Math.max(LEAST_BURST, (this.#perSecond ?? 0) * BURST_SECONDS);
      peer = { isAllowed, room: most, at: performance.now() };
      if (this.#peers.size >= MOST_PEERS) {
        const oldest = this.#peers.keys().next();
        if (oldest.done !== true) this.#peers.delete(oldest.value);
      }
      this.#peers.set(address, peer);
    }
    return peer;
  }
}

/** An address as it is written everywhere else: IPv4 in IPv6 as IPv4, without a zone. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
}
