/**
 * `slowbrute top`: the state of the daemon on this machine, drawn anew in place every second. Where there is no terminal it is printed
 * once.
 *
 * The screen is the terminal's second one (xterm's alternate screen, mode 1049), so that the first is as it was when it ends; it ends
 * by q, Ctrl-C, TERM, HUP and by any error, and leaves the terminal each time as it was. Only lines that have changed are written, so
 * that it can be looked at over a slow line, and nothing is written while the terminal has not taken what was written before.
 */
import { DAY, HOUR } from '../model/time.ts';
import { renderTop, TOP_ORDERS, type TopFacts, type TopLook } from '../show/top.ts';
import { redacted } from '../view/redact.ts';
import type { AttemptRow, Site } from '../view/site.ts';
import type { CommandEffects, Output } from './effects.ts';
import type { PlaceOptions } from './history-access.ts';
import { withSite } from './site-access.ts';
import { hasUnicode, wantsColour } from './write.ts';

export interface TopOptions extends PlaceOptions {
  /** Seconds from one look to the next. */
  readonly every: number;
  /** Print once and end, also on a terminal. */
  readonly once: boolean;
  /** Whether names that could be passwords are shown. */
  readonly showNames: boolean;
}

/** A terminal to draw on; Node's `process.stdout` and `process.stdin` are such. */
interface Screen extends Output {
  readonly rows?: number | undefined;
  readonly writableNeedDrain?: boolean;
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}
interface Keyboard {
  readonly isTTY?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
  on(event: 'data', listener: (bytes: Buffer | string) => void): unknown;
  off(event: 'data', listener: (bytes: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** Attempts asked for: more than any terminal has lines. */
const NEWEST = 100;

/** Resolves with the exit status. Throws `Trouble` `not-running` where there is neither a daemon nor a history. */
export async function top(options: TopOptions, effects: CommandEffects): Promise<number> {
  const call = { ...options, paths: [], places: [], since: null, until: null, year: null, timezone: null };
  const status = await withSite(call, effects, async (whole: Site) => {
    const site = options.showNames ? whole : redacted(whole);
    const screen: Screen = effects.stdout;
    if (options.once || screen.isTTY !== true) {
      const look = lookOf(screen, effects, { lines: 50 });
      screen.write(renderTop(await factsOf(site, effects.now()), look));
      return 0;
    }
    await live(site, options, effects);
    return 0;
  });
  return status ?? 1;
}

async function factsOf(site: Site, now: number): Promise<TopFacts> {
  const overview = await site.overview({});
  const attempts: AttemptRow[] = [];
  for await (const one of site.attempts({ newestFirst: true, limit: NEWEST })) attempts.push(one);
  const day = await site.overview({ since: now - DAY });
  const hour = await site.overview({ since: now - HOUR });
  return { overview, attempts, lastHour: hour.totals.attempts, lastDay: day.totals.attempts };
}

function lookOf(
  screen: Screen,
  effects: CommandEffects,
  more: Partial<TopLook> & Pick<TopLook, 'lines'>,
): TopLook {
  return {
    width: Math.max(20, screen.columns ?? 80),
    colour: wantsColour(screen, effects.environment),
    unicode: hasUnicode(effects.environment),
    all: false,
    order: TOP_ORDERS[0],
    isPaused: false,
    hasKeys: false,
    ...more,
  };
}

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J';
const LEAVE = '\x1b[?25h\x1b[?1049l';

async function live(site: Site, options: TopOptions, effects: CommandEffects): Promise<void> {
  const screen: Screen = effects.stdout;
  const keyboard = effects.stdin as unknown as Keyboard;
  const hasKeys = keyboard.isTTY === true;
  let order = 0;
  let isPaused = false;
  let isOver = false;
  let wake: () => void = () => {};
  let before: readonly string[] = [];
  let facts: TopFacts | null = null;

  const draw = () => {
    if (facts === null || screen.writableNeedDrain === true) return;
    const lines = screen.rows ?? 24;
    const look = lookOf(screen, effects, { lines, order: TOP_ORDERS[order]!, isPaused, hasKeys });
    const now = renderTop(facts, look).trimEnd().split('\n').slice(0, lines);
    let out = '';
    for (let i = 0; i < Math.max(now.length, before.length); i++)
      if (now[i] !== before[i]) out += `\x1b[${i + 1};1H${now[i] ?? ''}\x1b[K`;
    before = now;
    if (out !== '') screen.write(out);
  };
  const onResize = () => {
    before = [];
    screen.write('\x1b[2J');
    draw();
  };
  const end = () => {
    isOver = true;
    wake();
  };
  const onKey = (bytes: Buffer | string) => {
    const key = String(bytes);
    if (key === 'q' || key === 'Q' || key === '\x03' || key === '\x04') end();
    else if (key === 'p' || key === ' ') isPaused = !isPaused;
    else if (key === '\t' || key === '\x1b[C') order = (order + 1) % TOP_ORDERS.length;
    else if (key === '\x1b[Z' || key === '\x1b[D')
      order = (order + TOP_ORDERS.length - 1) % TOP_ORDERS.length;
    else return;
    draw();
  };

  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  if (hasKeys) {
    keyboard.setRawMode?.(true);
    keyboard.on('data', onKey);
    keyboard.resume();
  }
  screen.on?.('resize', onResize);
  screen.write(ENTER);
  try {
    while (!isOver) {
      if (!isPaused || facts === null) facts = await factsOf(site, effects.now());
      draw();
      if (isOver) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.every * 1000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    // a daemon that went away is what the operator reads next, below what stood there before
    screen.write(LEAVE);
    screen.off?.('resize', onResize);
    for (const signal of signals) process.off(signal, end);
    if (hasKeys) {
      keyboard.off('data', onKey);
      keyboard.setRawMode?.(false);
      keyboard.pause();
    }
  }
}
