/**
 * fail2ban (fail2ban-client(1)): `set JAIL banip`, so that its own actions (whatever firewall they speak to, its mails,
 * its `fail2ban-client status`) apply to whom this program finds. The jail must be one of our own, with nothing in it
 * but what we put there, or its own bans would be lifted; its ban time must be no shorter than ours, best -1, since this
 * program ends bans itself:
 *
 *     [slowbrute]
 *     enabled = true
 *     filter =
 *     logpath = /dev/null
 *     backend = polling
 *     bantime = -1
 *     banaction = iptables-allports
 *
 * (iptables, because the sets of its nftables actions take no networks, as of fail2ban 1.0.2.)
 */
import type { FirewallEntry } from '../../model/block.ts';
import { parseTarget } from '../network.ts';
import { type Run, realRun, runTrouble } from '../run.ts';
import { type Backend, checkedTarget, UNBOUNDED } from './backend.ts';

export interface Fail2banOptions {
  readonly program: readonly string[];
  readonly jail: string;
}

export const DEFAULT_FAIL2BAN: Fail2banOptions = { program: ['fail2ban-client'], jail: 'slowbrute' };

/** Its actions run a program for each ban, some hundredths of a second each. */
const CAPACITY = 5000;

/** Addresses a call: far below the longest argument vector. */
const TARGETS_A_CALL = 200;

/** The server takes bans up and answers at once, but is slow under load. */
const SECONDS = 30;

export function fail2ban(options: Fail2banOptions = DEFAULT_FAIL2BAN, run: Run = realRun): Backend {
  const { program, jail } = options;
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(jail)) throw new Error(`no name of a jail: ${jail}`);
  const client = async (...args: readonly string[]) => {
    const argv = [...program, ...args];
    const result = await run(argv, { timeoutSeconds: SECONDS });
    const remedy = `Is the server running, and is there a jail '${jail}' (docs/blocking.md)? fail2ban-client status.`;
    const trouble = runTrouble(argv, result, remedy);
    if (trouble) throw trouble;
    return result.stdout;
  };
  const each = async (verb: 'banip' | 'unbanip', targets: readonly string[]) => {
    for (let i = 0; i < targets.length; i += TARGETS_A_CALL)
      await client('set', jail, verb, ...targets.slice(i, i + TARGETS_A_CALL).map(checkedTarget));
  };
  const list = async (): Promise<readonly FirewallEntry[]> =>
    (await client('get', jail, 'banip'))
      .split(/\s+/)
      .filter((text) => parseTarget(text) !== null)
      .map((target) => ({ target, seconds: null }));
  return {
    ...UNBOUNDED,
    timed: false,
    capacity: CAPACITY,
    name: 'fail2ban',
    isDry: false,
    async check() {
      await client('get', jail, 'banip');
    },
    async apply(change) {
      if (change.kind === 'update') {
        await each('unbanip', change.remove);
        await each(
          'banip',
          change.add.map(({ target }) => target),
        );
        return;
      }
      const held = new Set((await list()).map(({ target }) => target));
      const wanted = new Set(change.entries.map(({ target }) => target));
      await each(
        'unbanip',
        [...held].filter((target) => !wanted.has(target)),
      );
      await each(
        'banip',
        [...wanted].filter((target) => !held.has(target)),
      );
    },
    list,
    async flush() {
      await each(
        'unbanip',
        (await list()).map(({ target }) => target),
      );
    },
  };
}
