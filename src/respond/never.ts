/**
 * Whom nobody may keep out, whatever the attempts and events say. Mechanism without judgement: a target that touches
 * one of these networks is not blocked, and a block that stands and touches one ends.
 *
 * - **What is no host of the internet**: unspecified and "this network" (RFC 791, RFC 1122 section 3.2.1.3), loopback,
 *   link-local (RFC 3927, RFC 4291), multicast, the limited broadcast.
 * - **This machine**: its own addresses, and the gateways that its routes name. Blocking a gateway cuts the line.
 * - **The session that runs the command** (SSH_CONNECTION): who types `slowbrute block` stays in.
 * - **The allow-list** of the configuration.
 * - **Private networks** (RFC 1918, RFC 6598, RFC 4193), unless the policy says otherwise: such an address is a
 *   neighbour, a proxy or a load balancer, behind which everybody comes; a block there locks out people, while the
 *   machine that guesses in one's own network is better looked after by its owner.
 *
 * People (a source that has logged in before) are no networks and are looked after in people.ts.
 */
import { Trouble } from '../model/error.ts';
import { type Network, parseNetwork, Ranges } from './network.ts';

export type NeverReason =
  | 'unspecified'
  | 'loopback'
  | 'link-local'
  | 'multicast'
  | 'own-address'
  | 'gateway'
  | 'session'
  | 'allow-listed'
  | 'private';

/** What is known of the machine; machine.ts reads it. Texts that are no address are left out. */
export interface MachineAddresses {
  readonly own: readonly string[];
  readonly gateways: readonly string[];
  /** Where the session that runs the command comes from. */
  readonly sessions: readonly string[];
}

export interface NeverOptions {
  /** Addresses and networks that are never blocked. */
  readonly allow: readonly string[];
  /** Whether addresses of private networks may be blocked. */
  readonly blockPrivate: boolean;
}

export const DEFAULT_NEVER_OPTIONS: NeverOptions = { allow: [], blockPrivate: false };

export interface Never {
  /** Why nothing that touches `target` may be blocked; null where it may. */
  why(target: Network): NeverReason | null;
}

const NETWORKS: Readonly<
  Record<'unspecified' | 'loopback' | 'link-local' | 'multicast' | 'private', string>
> = {
  unspecified: '0.0.0.0/8 ::/128 255.255.255.255',
  loopback: '127.0.0.0/8 ::1',
  'link-local': '169.254.0.0/16 fe80::/10',
  multicast: '224.0.0.0/4 ff00::/8',
  private: '10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7 fec0::/10',
};

/** Errors: `Trouble` with `bad-config` for an entry of the allow-list that is no address or network. */
export function createNever(options: NeverOptions, machine: MachineAddresses | null): Never {
  const known = (texts: readonly string[]) =>
    new Ranges(texts.map(parseNetwork).filter((network) => network !== null));
  const fixed = (kind: keyof typeof NETWORKS) => new Ranges(NETWORKS[kind].split(' ').map(mustParse));
  const all: (readonly [NeverReason, Ranges])[] = [
    ['unspecified', fixed('unspecified')],
    ['loopback', fixed('loopback')],
    ['link-local', fixed('link-local')],
    ['multicast', fixed('multicast')],
    ['own-address', known(machine?.own ?? [])],
    ['gateway', known(machine?.gateways ?? [])],
    ['session', known(machine?.sessions ?? [])],
    ['allow-listed', new Ranges(options.allow.map(mustParse))],
  ];
  if (!options.blockPrivate) all.push(['private', fixed('private')]);
  return {
    why: (target) => all.find(([, ranges]) => ranges.overlaps(target))?.[0] ?? null,
  };
}

function mustParse(text: string): Network {
  const network = parseNetwork(text);
  if (network === null)
    throw new Trouble(
      'bad-config',
      `'${text}' in the allow-list is no address and no network`,
      'Write addresses and networks such as 192.0.2.7, 198.51.100.0/24 or 2001:db8::/32.',
    );
  return network;
}
