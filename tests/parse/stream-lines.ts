/** Logs for the tests of streams: every service's own samples, on several sensors, in the order of a clock. */
import { makeLines, seeded } from '../../fuzz/lines.mjs';
import { shippedRecordForms } from '../../src/parse/records/forms.ts';
import { shipped } from '../../src/parse/services.ts';
import { SCENARIOS } from '../../src/simulate/catalogue.ts';
import { renderLog } from '../../src/simulate/render.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { STYLES } from '../../src/simulate/styles.ts';

/** 2026-11-20T00:00:00Z: where the clock of these logs begins. */
export const BEGIN = Date.UTC(2026, 10, 20) / 1000;

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Nov 20 00:00:01`. */
export function stampOf(time: number): string {
  const iso = new Date(time * 1000).toISOString();
  return `${MONTHS[Number(iso.slice(5, 7)) - 1]} ${String(Number(iso.slice(8, 10))).padStart(2)} ${iso.slice(11, 19)}`;
}

/** A line and the wall clock when it arrives. */
export interface Arrival {
  readonly line: string;
  readonly now: number;
}

/**
 * Every form of every service by a sample, in syslog; sshd's the most often, each sensor with a handful of processes.
 * `ownLogs`: with lines that a program writes into a log of its own, which have stamps of any time.
 */
export function ofAllServices(seed: number, count: number, ownLogs = true): Arrival[] {
  const below = seeded(seed);
  const { all } = shipped();
  const sshd = all.find(({ name }) => name === 'sshd')!;
  let time = BEGIN;
  return Array.from({ length: count }, () => {
    time += [0, 0, 0, 1, 1, 2, 30, 61, 400][below(9)]!;
    const service = below(3) === 0 ? sshd : all[below(all.length)]!;
    const form = service.forms[below(service.forms.length)]!;
    const samples = form.samples.filter((sample) => ownLogs || sample.line === undefined);
    const sample = samples[below(samples.length)] ?? { message: 'x', line: undefined };
    const program = (service.programs[0] ?? service.name).replaceAll('*', 'x');
    const pid = below(4) === 0 ? '' : `[${100 + below(8)}]`;
    const head = `${stampOf(time)} host${below(3)}.example`;
    const again = below(12) === 0;
    const text = again ? 'last message repeated 3 times' : `${program}${pid}: ${sample.message}`;
    return { line: sample.line ?? `${head} ${text}`, now: time + below(2) };
  });
}

/** Samples of structured records, a table's header with its row. */
export function ofRecords(seed: number, count: number): Arrival[] {
  const below = seeded(seed);
  const samples = shippedRecordForms().services.flatMap(({ forms }) => forms.flatMap((form) => form.samples));
  const lines: string[] = [];
  while (lines.length < count) lines.push(...samples[below(samples.length)]!.record.split('\n'));
  return lines.map((line, i) => ({ line, now: BEGIN + 3 * 86_400 + i }));
}

/** Lines made to be read wrongly, with clocks that jump. */
export function ofFuzzer(seed: number, count: number): Arrival[] {
  const templates = shipped()
    .all.filter(({ name }) => name === 'sshd')
    .flatMap(({ forms }) => forms.map(({ template }) => template));
  return makeLines(seed, count, templates).map((line, i) => ({ line, now: BEGIN + i }));
}

/** The beginning of a simulated log in one of the styles, read after its end. */
export function ofSimulator(seed: number, count: number): Arrival[] {
  const names = Object.keys(SCENARIOS);
  const simulation = simulate(SCENARIOS[names[seed % names.length]!]!(seed % 7), seed % 7);
  const style = STYLES[seed % STYLES.length]!;
  const now = Date.parse(simulation.truth.lastSeen) / 1000 + 7200;
  const arrivals: Arrival[] = [];
  for (const line of renderLog(simulation, { style, otherShare: 0.2 })) {
    if (arrivals.length === count) break;
    arrivals.push({ line, now });
  }
  return arrivals;
}
