/** What a daemon is told to do, as plain values: made from a configuration (src/config/watch-options.ts) or by a test. */
import type { AlarmOptions } from '../alarm/alarms.ts';
import type { Channel } from '../alarm/channels/channel.ts';
import type { LiveOptions } from '../model/live.ts';
import type { RecordForms } from '../parse/records/forms.ts';
import type { Services } from '../parse/services.ts';
import type { Backend } from '../respond/backends/backend.ts';
import type { Resolver } from '../respond/confirm-name.ts';
import type { LookUpOptions } from '../respond/look-ups.ts';
import type { NeverOptions } from '../respond/never.ts';
import type { BlockPolicy } from '../respond/policy.ts';
import type { EngineName } from '../store/history/open.ts';
import type { Retention } from '../store/history.ts';

export interface SyslogOptions {
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
  /** Addresses and networks that may send. */
  readonly allow: readonly string[];
  readonly certificate: string | null;
  readonly key: string | null;
  readonly clientCa: string | null;
  readonly sensorBy: 'header' | 'address';
  readonly messagesPerSecond: number | null;
}

/** Lines and attempts of sensors, over HTTP (src/collect/receive.ts). */
export interface CollectorOptions {
  readonly host: string;
  readonly port: number;
  /** With them it speaks TLS. */
  readonly certificate: string | null;
  readonly key: string | null;
  readonly clientCa: string | null;
  /** Addresses and networks that may send; none: whoever has a token. */
  readonly allow: readonly string[];
  readonly linesPerSecond: number | null;
}

export type InputOptions =
  | { readonly kind: 'file'; readonly path: string }
  /** A named pipe: what a path of the configuration turns out to be at the start (inputs.ts). */
  | { readonly kind: 'pipe'; readonly path: string }
  | { readonly kind: 'journal' }
  | ({ readonly kind: 'syslog' } & SyslogOptions)
  | ({ readonly kind: 'collector' } & CollectorOptions)
  | { readonly kind: 'stdin' };

export interface BlockOptions {
  readonly policy: BlockPolicy;
  readonly never: NeverOptions;
  /** None: a dry run. The same object after a reload is the same firewall, which goes on as it is. */
  readonly backends: readonly Backend[];
  /** Sources that are host names. */
  readonly lookUps: LookUpOptions;
  /** Host names that are never blocked, wherever they point. */
  readonly allowNames: readonly string[];
  /** So many sources of people may the first unknown user have hit; beyond, it stays off (unknown-user-gate.ts). */
  readonly acceptPeople: number;
  readonly resolver: Resolver;
}

export interface WatchOptions {
  readonly version: string;
  readonly stateFolder: string;
  readonly socket: string;
  readonly inputs: readonly InputOptions[];
  /** Where an input begins that was never read: with its rotated pieces, so that detection knows what is usual here, or with what comes. */
  readonly begin: 'oldest' | 'end';
  /** Whether it ends when all inputs have been read to their end, rather than waiting for more. */
  readonly once: boolean;
  readonly timezone: string;
  readonly services: Services;
  readonly recordForms: RecordForms;
  readonly live: LiveOptions;
  readonly engine: EngineName;
  readonly retention: Retention;
  readonly block: BlockOptions;
  readonly alarm: Omit<AlarmOptions, 'blocking'>;
  readonly channels: readonly Channel[];
  /** Where /metrics and /health are served besides the socket; null: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
}
