/**
 * The daemon's own log, on standard error: one line for each happening that somebody may want to read later. For a person a line is
 * a sentence; for a program it is one JSON object (pino's), with the happening's own fields. Text that came out of a log is made
 * printable first: it must not move a cursor, nor begin a line.
 *
 * Under systemd each line of text begins with its priority in angle brackets (sd-daemon(3)), which the journal takes off again.
 */
import { pino } from 'pino';
import type { BlockChange } from '../model/block.ts';
import type { LiveEvent } from '../model/live.ts';
import { printable } from '../model/printable.ts';
import type { Happening, Problem } from './happening.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface LogOptions {
  readonly level: Level;
  readonly format: 'text' | 'json';
  /** Whether systemd's journal reads it: priorities instead of times. */
  readonly isJournal: boolean;
}

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];
/** syslog(3)'s priorities. */
const PRIORITY: Readonly<Record<Level, number>> = { debug: 7, info: 6, warn: 4, error: 3 };

export type Log = (happening: Happening) => void;

/** A log that writes to `write`; `now` is the clock, seconds since 1970. */
export function createLog(options: LogOptions, write: (text: string) => void, now: () => number): Log {
  const least = LEVELS.indexOf(options.level);
  if (options.format === 'json') {
    const logger = pino(
      { base: null, timestamp: () => `,"time":"${new Date(now() * 1000).toISOString()}"` },
      { write },
    );
    logger.level = options.level;
    return (happening) => {
      const { kind, ...facts } = happening;
      logger[levelOf(happening)]({ kind, ...facts }, sentenceOf(happening) ?? kind);
    };
  }
  return (happening) => {
    const level = levelOf(happening);
    if (LEVELS.indexOf(level) < least) return;
    const sentence = sentenceOf(happening);
    if (sentence === null) return;
    const begin = options.isJournal ? `<${PRIORITY[level]}>` : `${stamp(now())} `;
    write(`${begin}${level === 'warn' || level === 'error' ? `${level}: ` : ''}${sentence}\n`);
  };
}

export function levelOf(happening: Happening): Level {
  switch (happening.kind) {
    case 'detection:told':
      return happening.event.kind === 'account:compromised' ? 'error' : 'info';
    case 'history:failed':
    case 'daemon:troubled':
    case 'firewall:failed':
      return 'error';
    case 'input:waiting':
    case 'input:gap':
    case 'input:dropped':
    case 'fleet:lost':
    case 'snapshot:failed':
    case 'alarm:failed':
      return 'warn';
    case 'input:read':
    case 'history:committed':
    case 'snapshot:written':
    case 'history:aged':
    case 'fleet:sent':
      return 'debug';
    default:
      return 'info';
  }
}

/** The happening in a sentence for a person; null where a person has nothing from it. */
export function sentenceOf(happening: Happening): string | null {
  switch (happening.kind) {
    case 'daemon:started':
      return `slowbrute ${happening.version} keeps watch, process ${happening.pid}, ready after ${seconds(happening.seconds)}`;
    case 'daemon:stopping':
      return `stopping: ${happening.why}`;
    case 'daemon:stopped':
      return `stopped; ${happening.attempts.toLocaleString('en')} attempts are in the history`;
    case 'daemon:reloaded':
      return reloadSentence(happening);
    case 'daemon:troubled':
      return said(happening.problem);
    case 'input:opened':
      return `following ${text(happening.input)}`;
    case 'input:waiting':
      return `${text(happening.input)}: ${said(happening.problem)}`;
    case 'input:remarked':
      return `${text(happening.input)} ${happening.remark}`;
    case 'input:dropped':
    case 'input:gap':
      return `${text(happening.input)}: ${said(happening.problem)}`;
    case 'input:read':
      return `${text(happening.input)}: ${happening.lines} lines, ${happening.attempts} attempts`;
    case 'history:learning':
      return `first start: learning from ${happening.inputs.map(text).join(', ')} and what was rotated`;
    case 'history:learnt':
      return `learnt ${happening.attempts.toLocaleString('en')} attempts${happening.since === null ? '' : ` since ${stamp(happening.since)}`} in ${seconds(happening.seconds)}`;
    case 'history:recovered':
      return `goes on from ${happening.from === 'snapshot' ? 'its last snapshot' : 'the history alone'}: ${happening.attempts.toLocaleString('en')} attempts judged again in ${seconds(happening.seconds)}`;
    case 'history:committed':
      return `${happening.attempts} attempts into the history in ${seconds(happening.seconds)}`;
    case 'history:failed':
      return `the history takes nothing (${happening.waiting.toLocaleString('en')} attempts wait): ${said(happening.problem)}`;
    case 'history:restored':
      return 'the history takes attempts again; nothing was lost';
    case 'history:aged':
      return `${happening.attempts.toLocaleString('en')} old attempts left the history`;
    case 'snapshot:written':
      return `snapshot of ${(happening.bytes / 1e6).toFixed(1)} MB in ${seconds(happening.seconds)}`;
    case 'snapshot:failed':
      return `no snapshot could be written: ${said(happening.problem)}`;
    case 'detection:told':
      return eventSentence(happening.event);
    case 'block:changed':
      return changeSentence(happening.change, happening.isDryRun);
    case 'firewall:applied':
      return `${happening.backend}: ${happening.added} in, ${happening.removed} out, ${seconds(happening.seconds)}`;
    case 'firewall:failed':
      return `${happening.backend}: ${said(happening.problem)}`;
    case 'fleet:sent':
      return `${happening.attempts} attempts to ${text(happening.to)}, ${happening.unsent.toLocaleString('en')} wait`;
    case 'fleet:lost':
      return `${happening.attempts.toLocaleString('en')} attempts left the history before ${text(happening.to)} had them`;
    case 'fleet:heard':
      return `${text(happening.from)} keeps out ${happening.add} more, ${happening.remove} no more`;
    case 'alarm:sent':
      return `told ${happening.channel}: ${text(happening.subject)}`;
    case 'alarm:failed':
      return `could not tell ${happening.channel}: ${said(happening.problem)}`;
  }
}

function reloadSentence({ changed, later, inputs }: Extract<Happening, { kind: 'daemon:reloaded' }>): string {
  const parts = [
    changed.length === 0 ? 'nothing has changed' : `changed ${changed.join(', ')}`,
    ...inputs.added.map((input) => `follows ${text(input)} too`),
    ...inputs.removed.map((input) => `follows ${text(input)} no more`),
    ...inputs.changed.map((input) => `follows ${text(input)} otherwise`),
    ...(later.length === 0 ? [] : [`at the next start only: ${later.join(', ')}`]),
  ];
  return `read the configuration again: ${parts.join('; ')}`;
}

function eventSentence(event: LiveEvent): string {
  switch (event.kind) {
    case 'campaign:opened':
      return `campaign ${event.campaign} opened: ${event.attempts} attempts since ${stamp(event.firstSeen)}, by ${event.by}, ${event.bits.toFixed(1)} bits`;
    case 'participant:named':
      return `${text(event.source)} takes part in campaign ${event.campaign} (${(event.confidence * 100).toFixed(1)} %)`;
    case 'participant:released':
      return `${text(event.source)} does not take part in campaign ${event.campaign} after all`;
    case 'account:compromised':
      return `INTRUSION: ${text(event.source)} of campaign ${event.campaign} logged in as ${text(event.user)} on ${text(event.sensor)} at ${stamp(event.time)}`;
    case 'campaign:returned':
      return `campaign ${event.campaign} is the return of ${event.earlier}: ${event.sharedSources} of ${event.sources} sources, ${event.sharedUsers} of ${event.users} names`;
    case 'campaign:ended':
      return `campaign ${event.campaign} is over: ${event.participants} sources, ${event.attempts} attempts, the last at ${stamp(event.lastSeen)}`;
  }
}

function changeSentence(change: BlockChange, isDryRun: boolean): string {
  const would = isDryRun ? 'would ' : '';
  switch (change.kind) {
    case 'block:added': {
      const { target, until, reason } = change.block;
      const end = until === null ? 'until it is removed' : `until ${stamp(until)}`;
      return `${would}block ${target} ${end}: ${reason.kind}`;
    }
    case 'block:extended':
      return `${would}go on blocking, block ${change.id}, ${change.until === null ? 'until it is removed' : `until ${stamp(change.until)}`}`;
    case 'block:ended':
      return `${would}block no more, block ${change.id}: ${change.why}`;
  }
}

function said({ message, remedy }: Problem): string {
  return `${text(message)}. ${text(remedy)}`;
}

function text(hostile: string): string {
  return printable(hostile, 400);
}

function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`;
}

function stamp(time: number): string {
  return new Date(Math.floor(time) * 1000).toISOString().replace('.000Z', 'Z');
}
