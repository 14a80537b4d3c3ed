/** A checked configuration to what the daemon is told to do. */
import { hostname } from 'node:os';
import { DEFAULT_ALARM_OPTIONS } from '../alarm/alarms.ts';
import type { InputOptions, WatchOptions } from '../daemon/options.ts';
import { Trouble } from '../model/error.ts';
import { DEFAULT_LIVE_OPTIONS } from '../model/live.ts';
import { HOUR } from '../model/time.ts';
import type { ReadEffects } from '../read/effects.ts';
import { findInputs } from '../read/inputs.ts';
import { type Resolver, realResolver } from '../respond/confirm-name.ts';
import { type BlockPolicy, type BlockTime, DEFAULT_BLOCK_POLICY, USUAL_POLICIES } from '../respond/policy.ts';
import { channelsOf } from './alarm-options.ts';
import { NO_BACKENDS, type OpenBackends, openBackends } from './backends.ts';
import { loadRecordForms, loadServices } from './form-files.ts';
import type { Places } from './places.ts';
import type { Configuration, InputConfiguration } from './schema.ts';
import type { BlockConfiguration } from './schema-block.ts';

/** What the command line says besides. */
export interface WatchCall {
  readonly version: string;
  /** Instead of the configuration's; null: those. */
  readonly inputs: readonly InputOptions[] | null;
  readonly dryRun: boolean;
  readonly once: boolean;
  readonly begin: 'oldest' | 'end';
  readonly engine: WatchOptions['engine'] | null;
  readonly machineZone: string;
  readonly read: ReadEffects;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who answers questions for names; left out: the servers of the configuration, or this machine's. */
  readonly resolver?: Resolver;
  /** Firewalls that are at work: those that stay as they are go on as they are. */
  readonly before?: OpenBackends;
}

/** Throws `Trouble` (`bad-config`, `bad-forms`, `no-logs`) for what cannot be done as it is written. */
export function watchOptions(configuration: Configuration, places: Places, call: WatchCall): WatchOptions {
  const { detection, history, block, alarm, metrics } = configuration;
  const host = alarm.host ?? hostname();
  const backends = call.dryRun ? NO_BACKENDS : openBackends(block, call.before).backends;
  return {
    version: call.version,
    stateFolder: places.stateFolder,
    socket: places.socket,
    inputs:
      call.inputs ??
      (configuration.input.length > 0 ? configuration.input.map(inputOf) : ownInputs(call.read)),
    begin: call.begin,
    once: call.once,
    timezone: configuration.timezone ?? call.machineZone,
    services: loadServices(configuration.forms),
    recordForms: loadRecordForms(configuration.forms),
    live: {
      ...DEFAULT_LIVE_OPTIONS,
      falseCampaignsPerYear: detection['false-campaigns-per-year'],
      loudFailures: detection['loud-failures'],
      loudSeconds: detection['loud-seconds'],
      memoryDays: detection['memory-days'],
    },
    engine: call.engine ?? history.engine,
    retention: {
      days: history.days === 'unlimited' ? null : history.days,
      bytes: history.megabytes === 'unlimited' ? null : history.megabytes * 1e6,
    },
    block: {
      policy: policyOf(block),
      never: { allow: block.allow, blockPrivate: block.private },
      backends,
      lookUps: { perMinute: block.names['look-up'] ? block.names['look-ups-a-minute'] : null },
      allowNames: block.names.allow,
      acceptPeople: block['unknown-user']['accept-people'],
      resolver: call.resolver ?? realResolver(block.names.servers),
    },
    alarm: { ...DEFAULT_ALARM_OPTIONS, host },
    channels: channelsOf(alarm, host, { environment: call.environment }),
    metrics: metrics.listen === undefined ? null : hostPort(metrics.listen),
  };
}

/** This machine's own login logs, or its journal. */
function ownInputs(read: ReadEffects): readonly InputOptions[] {
  const { groups, troubles } = findInputs([], read, { followRotations: false });
  const inputs = groups.map(
    ({ name, inputs: pieces }): InputOptions =>
      pieces[0]?.kind === 'journal' ? { kind: 'journal' } : { kind: 'file', path: name },
  );
  if (inputs.length > 0) return inputs;
  throw (
    troubles[0] ?? new Trouble('no-logs', 'there is nothing to follow', 'Name a log: slowbrute watch PATH.')
  );
}

function inputOf(input: InputConfiguration): InputOptions {
  if (input.file !== undefined) return { kind: 'file', path: input.file };
  if (input.journal !== undefined) return { kind: 'journal' };
  if (input.stdin !== undefined) return { kind: 'stdin' };
  if (input.collect !== undefined)
    return {
      kind: 'collector',
      ...hostPort(input.collect.slice(input.collect.indexOf('://') + 3)),
      certificate: input.certificate ?? null,
      key: input.key ?? null,
      clientCa: input['client-ca'] ?? null,
      allow: input.allow ?? [],
      linesPerSecond: input['lines-per-second'] ?? null,
    };
  const [protocol = '', where = ''] = input.syslog!.split('://');
  if (protocol !== 'udp' && protocol !== 'tcp' && protocol !== 'tls')
    throw new Trouble(
      'bad-config',
      `${input.syslog}: no way to receive syslog`,
      'Write udp://, tcp:// or tls://.',
    );
  return {
    kind: 'syslog',
    protocol,
    ...hostPort(where),
    allow: input.allow ?? ['127.0.0.0/8', '::1'],
    certificate: input.certificate ?? null,
    key: input.key ?? null,
    clientCa: input['client-ca'] ?? null,
    sensorBy: input['sensor-by'] ?? 'header',
    messagesPerSecond: input['messages-per-second'] ?? null,
  };
}

function hostPort(text: string): { readonly host: string; readonly port: number } {
  const at = text.lastIndexOf(':');
  const port = Number(text.slice(at + 1));
  if (port > 65535)
    throw new Trouble('bad-config', `${text}: there is no such port`, 'Ports go up to 65535.');
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port };
}

function policyOf(block: BlockConfiguration): BlockPolicy {
  const { participants, loud, networks } = block;
  const usual = DEFAULT_BLOCK_POLICY.participants!;
  const leastConfidence = participants['least-confidence'] ?? usual.leastConfidence;
  return {
    ...DEFAULT_BLOCK_POLICY,
    participants: participants.block ? { ...times(participants, usual), leastConfidence } : null,
    unknownUser: block['unknown-user'].block ? unknownUserTime(block) : null,
    loud: loud.block
      ? {
          ...times(loud, USUAL_POLICIES.loud),
          failures: loud.failures ?? USUAL_POLICIES.loud.failures,
          withinSeconds: loud.seconds ?? USUAL_POLICIES.loud.withinSeconds,
        }
      : null,
    networks: networks.block
      ? {
          ...times(networks, USUAL_POLICIES.networks),
          participants: networks.participants ?? USUAL_POLICIES.networks.participants,
        }
      : null,
    ipv6Prefix: block['ipv6-prefix'],
    mostBlocks: block.most,
  };
}

/** How long the first unknown user would be blocked, whether it is or not. */
export function unknownUserTime(block: BlockConfiguration): BlockTime {
  return times(block['unknown-user'], USUAL_POLICIES.unknownUser);
}

function times(
  set: { hours?: number | undefined; 'most-hours'?: number | undefined },
  usual: BlockTime,
): BlockTime {
  return {
    seconds: set.hours === undefined ? usual.seconds : set.hours * HOUR,
    mostSeconds: set['most-hours'] === undefined ? usual.mostSeconds : set['most-hours'] * HOUR,
  };
}
