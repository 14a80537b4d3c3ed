/** A backend by what the configuration says of it. */
import type { Run } from '../run.ts';
import { realRun } from '../run.ts';
import type { Backend } from './backend.ts';
import { command } from './command.ts';
import { crowdsec, DEFAULT_CROWDSEC } from './crowdsec.ts';
import { DEFAULT_FAIL2BAN, fail2ban } from './fail2ban.ts';
import { DEFAULT_FIREWALLD, firewalld } from './firewalld.ts';
import { DEFAULT_HOSTS_DENY, hostsDeny } from './hosts-deny.ts';
import { DEFAULT_IPSET, ipset } from './ipset.ts';
import { DEFAULT_NFTABLES, nftables } from './nftables.ts';
import { nullBackend } from './null.ts';
import { DEFAULT_PF, pf } from './pf.ts';
import { responderBackend } from './responder.ts';
import { textFile } from './text-file.ts';
import { DEFAULT_UFW, ufw } from './ufw.ts';
import { webHook } from './web-hook.ts';

/** What may be said of a backend; what is left out is as the backend's own defaults have it. */
export type BackendOptions =
  | { readonly kind: 'null' }
  | {
      readonly kind: 'nftables';
      readonly table?: string;
      readonly ports?: readonly number[];
      readonly hooks?: readonly ('input' | 'forward')[];
    }
  | { readonly kind: 'ipset'; readonly name?: string; readonly chains?: readonly string[] }
  | { readonly kind: 'pf'; readonly table?: string; readonly anchor?: string; readonly killStates?: boolean }
  | { readonly kind: 'firewalld'; readonly zone?: string }
  | { readonly kind: 'ufw' }
  | { readonly kind: 'hosts-deny'; readonly path?: string; readonly daemons?: string }
  | { readonly kind: 'fail2ban'; readonly jail?: string }
  | { readonly kind: 'crowdsec' }
  | {
      readonly kind: 'command';
      readonly command: readonly string[];
      readonly timeoutSeconds?: number;
      readonly timed?: boolean;
    }
  | {
      readonly kind: 'web-hook';
      readonly url: string;
      readonly token?: string;
      readonly secret?: string;
      readonly timeoutSeconds?: number;
      readonly timed?: boolean;
    }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'responder'; readonly socket: string };

export const BACKEND_KINDS = [
  'null',
  'nftables',
  'ipset',
  'pf',
  'firewalld',
  'ufw',
  'hosts-deny',
  'fail2ban',
  'crowdsec',
  'command',
  'web-hook',
  'file',
  'responder',
] as const satisfies readonly BackendOptions['kind'][];

/** `say`: where a dry run says what it would do. Errors: `Trouble` with `bad-config`. */
export function openBackend(
  options: BackendOptions,
  say: (line: string) => void = () => {},
  run: Run = realRun,
): Backend {
  switch (options.kind) {
    case 'null':
      return nullBackend(say);
    case 'nftables':
      return nftables({ ...DEFAULT_NFTABLES, ...options }, run);
    case 'ipset':
      return ipset({ ...DEFAULT_IPSET, ...options }, run);
    case 'pf':
      return pf({ ...DEFAULT_PF, ...options }, run);
    case 'firewalld':
      return firewalld({ ...DEFAULT_FIREWALLD, ...options }, run);
    case 'ufw':
      return ufw(DEFAULT_UFW, run);
    case 'hosts-deny':
      return hostsDeny({ ...DEFAULT_HOSTS_DENY, ...options });
    case 'fail2ban':
      return fail2ban({ ...DEFAULT_FAIL2BAN, ...options }, run);
    case 'crowdsec':
      return crowdsec(DEFAULT_CROWDSEC, run);
    case 'command':
      return command({ timeoutSeconds: 10, timed: false, ...options }, run);
    case 'web-hook':
      return webHook({ token: null, secret: null, timeoutSeconds: 10, timed: false, ...options });
    case 'file':
      return textFile(options);
    case 'responder':
      return responderBackend(options);
  }
}
