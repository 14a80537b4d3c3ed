/**
 * `slowbrute alarm`: the ways to people that the configuration names, and a test message by one or all of them, so that whoever has
 * just written the configuration knows that messages arrive before one matters. It is sent by this command itself, not by the
 * daemon: run it as the user that the daemon runs as, who may read the same secrets.
 *
 * Exit status, as sysexits.h has it: 0 all were delivered, 69 one was refused or cannot be, 75 where another try may succeed, 2 no
 * such way, 78 none is configured.
 */
import { hostname } from 'node:os';
import { DEFAULT_ALARM_OPTIONS, testMessage } from '../alarm/alarms.ts';
import { asUndelivered, type Channel, Undelivered } from '../alarm/channels/channel.ts';
import { DEFAULT_OUTBOX_OPTIONS } from '../alarm/outbox.ts';
import type { Message } from '../alarm/schema.ts';
import { channelsOf } from '../config/alarm-options.ts';
import { Trouble } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions } from './history-access.ts';

export interface AlarmCommandOptions extends PlaceOptions {
  readonly format: 'text' | 'json';
}

export interface AlarmEffects extends CommandEffects {
  /** Left out: those of the configuration. */
  readonly channels?: readonly Channel[];
  /** Seconds that one way has; left out: as the daemon gives it. */
  readonly patience?: number;
}

/** EX_UNAVAILABLE, EX_TEMPFAIL. */
const REFUSED = 69;
const LATER = 75;

/** What became of one message. */
interface Outcome {
  readonly channel: string;
  readonly delivered: boolean;
  readonly seconds: number;
  /** What went wrong, also where it was delivered to some; null: nothing. */
  readonly message: string | null;
  readonly remedy: string | null;
  /** Whether another try may succeed. */
  readonly mayRetry: boolean;
}

/** The names of the configured ways, one a line. */
// oxlint-disable-next-line require-await -- as every command
export async function alarmList(options: AlarmCommandOptions, effects: AlarmEffects): Promise<number> {
  const names = channels(options, effects).map(({ name }) => name);
  effects.stdout.write(
    options.format === 'json' ? `${JSON.stringify(names)}\n` : names.map((name) => `${name}\n`).join(''),
  );
  if (names.length === 0 && options.format === 'text')
    effects.stdout.write('Nobody is told: no [[alarm.…]] is configured.\n');
  return 0;
}

/** Sends a test message by the way called `name`, null: by all, and says of each what became of it. */
export async function alarmTest(
  name: string | null,
  options: AlarmCommandOptions,
  effects: AlarmEffects,
): Promise<number> {
  const all = channels(options, effects);
  const wanted = name === null ? all : all.filter((channel) => channel.name === name);
  if (all.length === 0)
    throw new Trouble(
      'bad-config',
      'no way to tell anybody is configured',
      'Name one, e.g. [[alarm.ntfy]]: docs/configuration.md has them.',
    );
  if (wanted.length === 0)
    throw new Trouble(
      'wrong-call',
      `alarm test ${name}: there is no way of that name`,
      `Those that there are: ${all.map((channel) => channel.name).join(', ')}.`,
    );
  const { configuration } = configured(options, effects);
  const host = configuration.alarm.host ?? hostname();
  const message = testMessage({ ...DEFAULT_ALARM_OPTIONS, host }, effects.now());
  const patience = effects.patience ?? DEFAULT_OUTBOX_OPTIONS.trySeconds;
  const outcomes = await Promise.all(wanted.map((channel) => sent(channel, message, patience)));
  if (options.format === 'json') effects.stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`);
  else for (const outcome of outcomes) effects.stdout.write(sentence(outcome));
  const failed = outcomes.filter(({ delivered }) => !delivered);
  if (failed.length === 0) return 0;
  return failed.every(({ mayRetry }) => mayRetry) ? LATER : REFUSED;
}

function channels(options: AlarmCommandOptions, effects: AlarmEffects): readonly Channel[] {
  if (effects.channels !== undefined) return effects.channels;
  const { alarm } = configured(options, effects).configuration;
  return channelsOf(alarm, alarm.host ?? hostname(), { environment: effects.environment });
}

/** Never rejects. */
async function sent(channel: Channel, message: Message, patience: number): Promise<Outcome> {
  const began = performance.now();
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      abort.abort();
      // the channel's own words are better, where it has any
      timer = setTimeout(
        () =>
          reject(
            new Undelivered(
              `nobody answered within ${patience} s`,
              'See whether it can be reached from here: name, port, firewall.',
            ),
          ),
        1000,
      );
    }, patience * 1000);
  });
  const outcome = (part: Pick<Outcome, 'delivered' | 'message' | 'remedy' | 'mayRetry'>): Outcome => ({
    channel: channel.name,
    seconds: (performance.now() - began) / 1000,
    ...part,
  });
  try {
    const { remark } = await Promise.race([channel.send(message, abort.signal), tooLong]);
    return outcome({ delivered: true, message: remark, remedy: null, mayRetry: false });
  } catch (error) {
    // a secret that is not there is no matter of another try
    const mayRetry = !(error instanceof Trouble) || (error instanceof Undelivered && error.mayRetry);
    const why = asUndelivered(error, channel.name, 'Check the configuration.');
    return outcome({ delivered: false, message: why.message, remedy: why.remedy, mayRetry });
  } finally {
    clearTimeout(timer);
  }
}

function sentence({ channel, delivered, seconds, message, remedy }: Outcome): string {
  const took = `${seconds.toFixed(1)} s`;
  if (delivered)
    return `${channel}: delivered after ${took}${message === null ? '' : `, but: ${printable(message, 400)}`}\n`;
  return `${channel}: NOT delivered after ${took}: ${printable(message ?? '', 400)}\n  ${printable(remedy ?? '', 400)}\n`;
}
