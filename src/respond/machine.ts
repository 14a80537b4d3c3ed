/**
 * What must be known of this machine so that blocking never cuts it off: its addresses, its gateways, and where the
 * session that runs the command comes from. Read again now and then, since addresses change; what cannot be read is
 * left out, because no file that is missing may keep blocking from starting.
 *
 * Gateways are those of /proc/net/route and /proc/net/ipv6_route (proc(5)) on Linux, those of `netstat -rn` elsewhere.
 * Sessions are those of SSH_CONNECTION and SSH_CLIENT (ssh(1)): an open connection to sshd is not enough, as an attacker
 * has one too while it guesses. Who is logged in (`who`) is a person like one who has logged in before, which a
 * compromised account may turn out not to be.
 */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { networkText, parseNetwork } from './network.ts';
import type { MachineAddresses } from './never.ts';
import { type Run, realRun } from './run.ts';

export interface MachineEffects {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Addresses of all interfaces, with zones or without. */
  interfaceAddresses(): readonly string[];
  /** The text of a file; null where it cannot be read. */
  readText(path: string): string | null;
  readonly run: Run;
}

export function realMachineEffects(): MachineEffects {
  return {
    environment: process.env,
    interfaceAddresses: () =>
      Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
    readText(path) {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return null;
      }
    },
    run: realRun,
  };
}

/** Never rejects. */
export async function readMachine(effects: MachineEffects = realMachineEffects()): Promise<MachineAddresses> {
  let own: readonly string[] = [];
  try {
    own = effects.interfaceAddresses();
  } catch {
    // a system without rights to list them (some containers): what it routes through is still read
  }
  const ipv4 = effects.readText('/proc/net/route');
  const ipv6 = effects.readText('/proc/net/ipv6_route');
  const gateways =
    ipv4 === null && ipv6 === null
      ? gatewaysOfNetstat((await effects.run(['netstat', '-rn'])).stdout)
      : [...gatewaysOfRoute(ipv4 ?? ''), ...gatewaysOfIpv6Route(ipv6 ?? '')];
  const { SSH_CONNECTION, SSH_CLIENT } = effects.environment;
  const sessions = [SSH_CONNECTION, SSH_CLIENT].map((text) => text?.split(' ')[0] ?? '');
  return { own: addresses(own), gateways: addresses(gateways), sessions: addresses(sessions) };
}

/** Where those who are logged in come from, by `who` (utmp): addresses only. Never rejects. */
export async function loggedInFrom(run: Run = realRun): Promise<readonly string[]> {
  const { stdout } = await run(['who']);
  return addresses(stdout.split('\n').map((line) => /\(([^()\s]+)\)\s*$/.exec(line)?.[1] ?? ''));
}

/** Columns Iface, Destination, Gateway ...; the gateway as eight hexadecimal digits, lowest byte first on x86 and ARM. */
function gatewaysOfRoute(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const gateway = line.split(/\s+/)[2] ?? '';
    if (!/^[0-9A-Fa-f]{8}$/.test(gateway) || gateway === '00000000') return [];
    const bytes = gateway.match(/../g)!.map((byte) => Number.parseInt(byte, 16));
    // which end comes first is the machine's affair: both are spared
    return [bytes.toReversed().join('.'), bytes.join('.')];
  });
}

/** Columns destination, length, source, length, next hop ...; 32 hexadecimal digits. */
function gatewaysOfIpv6Route(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const hop = line.split(/\s+/)[4] ?? '';
    return /^[0-9A-Fa-f]{32}$/.test(hop) && !/^0+$/.test(hop) ? [hop.match(/.{4}/g)!.join(':')] : [];
  });
}

/** Second column, where it is an address. */
function gatewaysOfNetstat(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim().split(/\s+/)[1] ?? '');
}

/** Those of `texts` that are addresses, canonical, each once; a zone is cut off. */
function addresses(texts: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const text of texts) {
    const network = text.includes('/') ? null : parseNetwork(text.split('%')[0]!);
    if (network !== null) found.add(networkText(network));
  }
  return [...found];
}
