/**
 * What can be asked of blocking and done by hand, as an interface: the daemon answers it over its socket, `slowbrute
 * block` asks it there. Requests and answers are plain values, fit for JSON.
 */
import type { Block, FirewallChange } from '../model/block.ts';
import { Trouble } from '../model/error.ts';
import type { BackendStatus } from './applier.ts';
import type { HandRefusal } from './decide.ts';

export interface BlockList {
  /** Those that stand, the latest first. */
  readonly blocks: readonly Block[];
  readonly backends: readonly BackendStatus[];
  /** The allow-list: of the configuration, and by hand. */
  readonly allowed: readonly { readonly network: string; readonly byHand: boolean }[];
  /** How often somebody was not blocked, by reason. */
  readonly refused: Readonly<Record<string, number>>;
}

/** What would change in a firewall now; null: nothing. */
export interface BackendPlan {
  readonly backend: string;
  readonly change: FirewallChange | null;
}

export interface AddRequest {
  /** An address or a network, in any form. */
  readonly target: string;
  /** null: until a hand ends it. */
  readonly seconds: number | null;
  readonly why: string;
  /** Who asks. */
  readonly by: string;
  /** Also where people have logged in from. */
  readonly evenPeople: boolean;
}

/** Who asks and why, in their own words: nobody checks it but the socket, which not everybody may use. */
export interface ByHand {
  readonly by?: string | undefined;
  readonly why?: string | undefined;
}

export interface TargetRequest extends ByHand {
  readonly target: string;
}

/** Errors of all: `Trouble` with `wrong-call` for what is no target or is not allowed, `firewall-failed` from flush. */
export interface BlockService {
  list(): Promise<BlockList>;
  plan(): Promise<readonly BackendPlan[]>;
  add(request: AddRequest): Promise<Block>;
  /** Ends every block that has an address in common with `target`, and says which. */
  remove(request: TargetRequest): Promise<readonly Block[]>;
  /** Never blocks `target` again, and ends what touches it. */
  allow(request: TargetRequest): Promise<readonly Block[]>;
  /** Takes `target` off the allow-list made by hand. */
  disallow(request: TargetRequest): Promise<void>;
  /** Ends all blocks and leaves nothing of ours in any firewall; says how many blocks ended. */
  flush(request?: ByHand): Promise<number>;
}

const REFUSALS: Readonly<Record<HandRefusal, string>> = {
  unspecified: 'is or holds an address of no host',
  loopback: 'is or holds a loopback address, this machine itself',
  'link-local': 'is or holds a link-local address',
  multicast: 'is or holds a multicast address',
  'own-address': 'holds an address of this machine',
  gateway: 'holds a gateway of this machine',
  session: 'holds the address that this session comes from',
  'allow-listed': 'is or holds something on the allow-list',
  private: 'is or holds a private address',
  person: 'is where somebody has logged in from',
  'too-wide': 'is wider than a slip of the finger should be',
  'no-room': 'has no room: there are as many blocks by hand as may stand',
};

const REMEDIES: Partial<Record<HandRefusal, string>> = {
  'allow-listed': 'Take it off the allow-list first: slowbrute block disallow, or the configuration.',
  private: 'Allow blocks of private networks in the configuration if you mean it (docs/blocking.md).',
  person: 'Give --even-people if you mean it.',
  'too-wide': 'Block at most a /8 (IPv6: /16) at a time.',
  'no-room': 'Remove some, or raise the bound in the configuration.',
};

/** The trouble of a block by hand that is refused. */
export function refusal(target: string, why: HandRefusal): Trouble {
  return new Trouble(
    'wrong-call',
    `${target} is not blocked: it ${REFUSALS[why]}`,
    REMEDIES[why] ?? 'Nothing blocks such an address (docs/blocking.md).',
  );
}

export function noTarget(text: string): Trouble {
  return new Trouble(
    'wrong-call',
    `'${text}' is no address and no network`,
    'Give an address or a network such as 203.0.113.9, 198.51.100.0/24 or 2001:db8:1:2::/64.',
  );
}
