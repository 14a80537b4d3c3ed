/**
 * One line on standard error that is rewritten: percent, rate, time left. On a terminal only; elsewhere nothing is
 * written at all. It is erased before anything else is printed.
 */
import type { CommandEffects } from './effects.ts';

export interface Progress {
  /** Bytes of input consumed, of how many (null: nobody knows). */
  readonly update: (done: number, total: number | null) => void;
  /** A word on what takes long now, where nothing can be counted. */
  readonly say: (what: string) => void;
  /** How far a long computation has come: `done` of `total` of whatever it counts. */
  readonly step: (what: string, done: number, total: number) => void;
  readonly erase: () => void;
}

/** Seconds between two rewrites: four a second can be read, and cost nothing. */
const EVERY_SECONDS = 0.25;
/** What is done sooner than this shows no progress at all: it would only flicker. */
const FIRST_SECONDS = 0.5;
const ERASE = '\r\x1b[K';

export function terminalProgress(effects: Pick<CommandEffects, 'stderr' | 'now' | 'environment'>): Progress {
  const { stderr } = effects;
  if (stderr.isTTY !== true || effects.environment.TERM === 'dumb')
    return { update: () => {}, say: () => {}, step: () => {}, erase: () => {} };
  const started = effects.now();
  let written = started + FIRST_SECONDS - EVERY_SECONDS;
  let shown = false;
  const isDue = () => {
    const now = effects.now();
    if (now - written < EVERY_SECONDS) return false;
    written = now;
    return true;
  };
  const show = (text: string) => {
    stderr.write(`${ERASE}${text.slice(0, Math.max(20, (stderr.columns ?? 80) - 1))}`);
    shown = true;
  };
  return {
    update: (done, total) => {
      if (isDue()) show(progressLine(done, total, written - started));
    },
    say: (what) => {
      if (effects.now() - started >= FIRST_SECONDS) show(what);
    },
    step: (what, done, total) => {
      if (isDue()) show(`${what} ${String(Math.floor((done / Math.max(1, total)) * 100)).padStart(3)} %`);
    },
    erase: () => {
      if (shown) stderr.write(ERASE);
      shown = false;
    },
  };
}

/** `reading  42 %, 95 MB/s, 6 s left`, or without a total `reading 410 MB, 95 MB/s`. */
export function progressLine(done: number, total: number | null, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const speed = `${(rate / 1e6).toFixed(rate < 1e7 ? 1 : 0)} MB/s`;
  if (total === null || total <= 0 || done > total) return `reading ${(done / 1e6).toFixed(0)} MB, ${speed}`;
  const percent = String(Math.floor((done / total) * 100)).padStart(3);
  return `reading ${percent} %, ${speed}, ${timeLeft(rate > 0 ? (total - done) / rate : 0)} left`;
}

function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
