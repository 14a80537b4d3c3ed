/**
 * Sources that are host names, where look-ups are switched on. A name that stands in a log is its sender's to choose: who
 * owns an address sets what its reverse look-up says, and who owns a name sets where it points. So a name alone blocks
 * nobody. It gives addresses only if
 *
 * 1. the service had checked it when the attempt was made: sshd with UseDNS writes a name only if that name points back
 *    at the client (canohost.c, `remote_hostname`), so the attacker's own address was among its addresses then; and
 * 2. the name points now at one to four addresses, whose reverse look-up each gives that name again.
 *
 * With the first alone, a name could be pointed at a victim after the attempt: the victim's reverse look-up does not
 * give the attacker's name. With the second alone, an attacker whose reverse look-up says `www.victim.example` would have
 * the victim blocked. An address that is not confirmed is left out, a look-up that fails confirms nothing.
 *
 * Names of the allow-list are the administrator's own, and are looked up forward only.
 */
import { promises as dns } from 'node:dns';
import { isAddress, networkText, parseNetwork } from './network.ts';

export interface Resolver {
  /** Addresses that a name points at, of both families; rejects where there are none, or nobody could say. */
  forward(name: string): Promise<readonly string[]>;
  /** Names of an address; rejects where there are none. */
  reverse(address: string): Promise<readonly string[]>;
}

/** Services that write a name only after they have checked it. */
const CHECKING_SERVICES: ReadonlySet<string> = new Set(['sshd']);

/** Whether a name in the lines of this service was checked before it was written. */
export function isChecking(service: string): boolean {
  return CHECKING_SERVICES.has(service);
}

/** A name with more addresses than this is a service's, not a customer's. */
const MOST_ADDRESSES = 4;

/** What says that there is nothing, where everything else says that nobody knows: RFC 1035's NXDOMAIN, and an empty answer. */
const NOTHING: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

/** This machine's own resolver, or the servers named (`192.0.2.53`, `[2001:db8::53]:5353`); two seconds a try, twice. */
export function realResolver(servers: readonly string[] = []): Resolver {
  const resolver = new dns.Resolver({ timeout: 2000, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    async forward(name) {
      const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      return answers.flatMap((answer) => {
        if (answer.status === 'fulfilled') return answer.value;
        // half of an answer is none: who is let in by the other half must not be forgotten
        if (!NOTHING.has((answer.reason as NodeJS.ErrnoException).code)) throw answer.reason;
        return [];
      });
    },
    reverse: (address) => resolver.reverse(address),
  };
}

/** Addresses that may be blocked for a source that is a name; none where anything is in doubt. Never rejects. */
export async function confirmName(
  name: string,
  service: string,
  resolver: Resolver,
): Promise<readonly string[]> {
  if (!isChecking(service)) return [];
  const addresses = await forward(name, resolver);
  if (addresses.length > MOST_ADDRESSES) return [];
  const confirmed: string[] = [];
  for (const address of addresses) {
    const names = await resolver.reverse(address).catch(() => []);
    if (names.some((one) => plain(one) === plain(name))) confirmed.push(address);
  }
  return confirmed.length === addresses.length ? confirmed : [];
}

/** Addresses of the allow-list's names; a name that cannot be looked up keeps the addresses that it had in `before`. */
export async function allowedByName(
  names: readonly string[],
  before: ReadonlyMap<string, readonly string[]>,
  resolver: Resolver,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await Promise.all(names.map((name) => forward(name, resolver)));
  return new Map(
    names.map((name, i) => {
      const addresses = found[i]!;
      return [name, addresses.length > 0 ? addresses : (before.get(name) ?? [])];
    }),
  );
}

async function forward(name: string, resolver: Resolver): Promise<readonly string[]> {
  const texts = await resolver.forward(name).catch(() => []);
  const addresses = new Set<string>();
  for (const text of texts) {
    const network = parseNetwork(text);
    if (network !== null && isAddress(network)) addresses.add(networkText(network));
  }
  return [...addresses];
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
