/**
 * What Prometheus may ask for, counted from the happenings. Names follow its conventions: a unit at the end, `_total` for what only
 * grows. No label holds text of a log (a source or a user name would let an attacker fill the memory of whoever scrapes).
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Happening } from './happening.ts';

export interface Metrics {
  take(happening: Happening): void;
  /** Set just before they are read. */
  readonly gauges: {
    blocks(standing: number): void;
    campaigns(open: number): void;
    participants(standing: number): void;
    waiting(attempts: number): void;
    lag(input: string, bytes: number): void;
    remembered(sources: number, attempts: number): void;
  };
  /** The exposition format, text version 0.0.4. */
  text(): Promise<string>;
  readonly contentType: string;
}

/**
 * How often the delay of the event loop is sampled. Each time wakes the process: at prom-client's own 10 ms, a hundred times a
 * second, that was most of what idling cost.
 */
const DELAY_MILLISECONDS = 1000;

export function createMetrics(): Metrics {
  const registers = [new Registry()];
  const registry = registers[0]!;
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: DELAY_MILLISECONDS });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `slowbrute_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `slowbrute_${name}`, help, labelNames, registers });

  const lines = counter('lines_total', 'Lines that were read.', ['input']);
  const attempts = counter('attempts_total', 'Attempts that were judged.', ['input']);
  const dropped = counter('dropped_messages_total', 'Messages that a receiver did not take.', ['input']);
  const events = counter('detection_events_total', 'What detection told, by kind.', ['kind']);
  const blocks = counter('block_changes_total', 'Blocks added, extended and ended.', ['change']);
  const problems = counter('problems_total', 'What went wrong, by kind.', ['kind']);
  const commits = new Histogram({
    name: 'slowbrute_commit_seconds',
    help: 'How long the history takes for a commit.',
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const applied = new Histogram({
    name: 'slowbrute_apply_seconds',
    help: 'How long a firewall takes for a change.',
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    labelNames: ['backend'],
    registers,
  });
  const alarms = counter('alarms_total', 'Messages that were delivered, by channel.', ['channel']);
  const standing = gauge('blocks', 'Blocks that stand now.');
  const open = gauge('campaigns', 'Campaigns that go on now.');
  const participants = gauge('participants', 'Sources that are named for a campaign that goes on.');
  const waiting = gauge('waiting_attempts', 'Attempts that the history has not taken yet.');
  const unsent = gauge('unsent_attempts', 'Attempts that the fleet does not have yet.');
  const lag = gauge('lag_bytes', 'Bytes of an input that were not read yet.', ['input']);
  const sources = gauge('remembered_sources', 'Sources that live detection remembers.');
  const remembered = gauge('remembered_attempts', 'Attempts that live detection remembers.');

  return {
    take(happening) {
      switch (happening.kind) {
        case 'input:read':
          lines.inc({ input: happening.input }, happening.lines);
          attempts.inc({ input: happening.input }, happening.attempts);
          break;
        case 'detection:told':
          events.inc({ kind: happening.event.kind });
          break;
        case 'block:changed':
          blocks.inc({ change: happening.change.kind.slice('block:'.length) });
          break;
        case 'history:committed':
          commits.observe(happening.seconds);
          break;
        case 'firewall:applied':
          applied.observe({ backend: happening.backend }, happening.seconds);
          break;
        case 'alarm:sent':
          alarms.inc({ channel: happening.channel });
          break;
        case 'input:dropped':
          dropped.inc({ input: happening.input }, happening.messages);
          problems.inc({ kind: happening.kind });
          break;
        case 'fleet:sent':
          unsent.set(happening.unsent);
          break;
        case 'fleet:lost':
        case 'daemon:troubled':
        case 'input:waiting':
        case 'input:gap':
        case 'history:failed':
        case 'snapshot:failed':
        case 'firewall:failed':
        case 'alarm:failed':
          problems.inc({ kind: happening.kind });
          break;
        default:
      }
    },
    gauges: {
      blocks: (count) => standing.set(count),
      campaigns: (count) => open.set(count),
      participants: (count) => participants.set(count),
      waiting: (count) => waiting.set(count),
      lag: (input, bytes) => lag.set({ input }, bytes),
      remembered: (sourceCount, attemptCount) => {
        sources.set(sourceCount);
        remembered.set(attemptCount);
      },
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
