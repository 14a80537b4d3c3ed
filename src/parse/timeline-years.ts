/**
 * Which year each run of yearless stamps is of, and which runs a wrong clock has stamped: decided at the end of a
 * group, when everything is known. See timeline.ts for the order of what is believed.
 */
import { DAY } from '../model/time.ts';
import { isLeap } from './stamp.ts';
import { JUMP, placeInRun, type Run, YEAR } from './timeline-run.ts';

/**
 * A run that takes up where another one begins, within this time, is the piece before it, read in the wrong order (`zcat auth.log*`
 * prints the newest first). Pieces of a log are minutes to hours apart. Two unrelated runs meet like that once in 90.
 */
const ABUT = 2 * DAY;
/** Runs that are worth less meet by chance: two hours of log. */
const ABUT_WINDOWS = 8;
/** More runs than that are no log of pieces, and comparing them all with each other takes time. */
const MOST_COMPARED = 300;

/** A run at the very beginning or end is a stray if it is no longer than this, beside a log of {@link LONG_WINDOWS}. */
const STRAY_SPAN = DAY;
const STRAY_WINDOWS = 5;
const LONG_WINDOWS = 20;
/** More of them are a log of a line a season. */
const MOST_STRAYS = 5;

/** SSH was first released in July 1995: what is stamped before was stamped by a clock that was not set. */
export const FIRST_SSH = Date.UTC(1995, 6, 1) / 1000;

/** Years tried for 29 February: it comes every 4 years, but 8 apart around 1900 and 2100. */
const YEARS_TRIED = 12;

/** A stamp of the run is no time; `at` is one nearby, on another run. */
export interface WrongClock {
  readonly run: Run;
  readonly near: Run;
  /** A position of `near`. */
  readonly at: number;
}

/** Runs that the log went on from: not those beside another. */
export function mainRuns(runs: readonly Run[]): readonly Run[] {
  return runs.filter((run) => run.side === null && !run.isWaking);
}

/** Makes stray stamps before the first and behind the last long run ones beside it. */
export function setAsideStrays(runs: readonly Run[]): void {
  const main = mainRuns(runs);
  // where stamps tell the year, nothing hangs on it but a stray from the future
  const isLong = (run: Run) => (run.isDated ? run.span > 0 : run.windows >= LONG_WINDOWS);
  const first = main.findIndex(isLong);
  const last = main.findLastIndex(isLong);
  if (first < 0) return;
  setAside(main.slice(0, first), main[first]!);
  setAside(main.slice(last + 1), main[last]!);
}

function setAside(strays: readonly Run[], beside: Run): void {
  const isNear = (run: Run) =>
    run.isDated
      ? Math.abs(run.last - beside.first) <= JUMP
      : placeInRun(run, mod(beside.first), JUMP) !== null;
  const isShort = (run: Run) =>
    run.span <= STRAY_SPAN && run.windows <= Math.min(STRAY_WINDOWS, beside.windows);
  if (strays.length > MOST_STRAYS) return;
  if (strays.some((run) => run.isTold || (!isShort(run) && !isNear(run)))) return;
  for (const run of strays) run.side = beside;
}

/**
 * Gives every run its year. `isAfter(run, base)` tells whether the run, its year 0 being `base`, has stamps that lie
 * in the future.
 */
export function chooseYears(
  runs: readonly Run[],
  newest: number,
  isAfter: (run: Run, base: number) => boolean,
): void {
  const main = mainRuns(runs);
  const last = main.at(-1);
  if (last !== undefined) {
    if (main.some((run) => run.isTold)) chooseAround(main);
    else chooseBefore(main, last, newest, isAfter);
  }
  for (const run of runs) {
    if (run.base !== null) continue;
    const near = run.side ?? mainNear(run, main);
    run.base = near === null ? newest - 1 : baseBeside(run, near, isAfter);
  }
}

function baseBeside(run: Run, near: Run, isAfter: (run: Run, base: number) => boolean): number {
  const at = nearbyPosition(run, near);
  if (isEnd(run)) {
    const forwards = Math.ceil(((near.base ?? 0) * YEAR + near.last - run.first) / YEAR);
    if (!isAfter(run, forwards)) return forwards;
  }
  return nearestBase(run, near, at);
}

/** The main run that a waking clock is next to: the one before it, else the first. */
export function mainNear(run: Run, main: readonly Run[]): Run | null {
  let near: Run | null = null;
  for (const other of main) if (other.index < run.index) near = other;
  return near ?? main[0] ?? null;
}

function chooseBefore(
  main: readonly Run[],
  last: Run,
  newest: number,
  isAfter: (run: Run, base: number) => boolean,
): void {
  for (const leaps of [true, false]) {
    for (let base = newest; base > newest - YEARS_TRIED; base--) {
      last.base = base - Math.floor(last.most / YEAR);
      if (isAfter(last, last.base)) continue;
      placeBackwards(main, main.length - 1);
      if (main.some((run) => isAfter(run, run.base!))) continue;
      // where no year fits all (two 29 February in years that follow each other), the latest one
      if (!leaps || main.every((run) => leapsFit(run, run.base!))) return;
    }
  }
  placeBackwards(main, main.length - 1);
}

/** From the runs whose year was told: backwards before each of them, forwards behind the last. */
function chooseAround(main: readonly Run[]): void {
  for (const run of main) if (!run.isTold) run.base = null;
  for (let i = main.length - 1; i >= 0; i--) if (main[i]!.isTold) placeBackwards(main, i);
  for (let i = 1; i < main.length; i++) {
    const run = main[i]!;
    if (run.base !== null) continue;
    const before = main[i - 1]!;
    run.base =
      abutting(main, run) ?? Math.ceil((before.base! * YEAR + before.last - JUMP - run.first) / YEAR);
  }
}

/** Each run before `from`, up to one whose year was told, is as late as it can be before the next. */
function placeBackwards(main: readonly Run[], from: number): void {
  for (let i = from - 1; i >= 0 && !main[i]!.isTold; i--) main[i]!.base = null;
  for (let i = from - 1; i >= 0; i--) {
    const run = main[i]!;
    if (run.isTold) return;
    const next = main[i + 1]!;
    run.base = abutting(main, run) ?? Math.floor((next.base! * YEAR + next.first - run.last) / YEAR);
  }
}

/** The year that makes the run end where a run of known year begins, or begin where it ends; null where none does. */
function abutting(main: readonly Run[], run: Run): number | null {
  if (main.length > MOST_COMPARED || run.windows < ABUT_WINDOWS) return null;
  let best: { readonly gap: number; readonly base: number } | null = null;
  for (const other of main) {
    if (other === run || other.base === null || other.windows < ABUT_WINDOWS) continue;
    const start = other.base * YEAR + other.least;
    const end = other.base * YEAR + other.most;
    for (const [gap, base] of [
      [mod(start - run.most), Math.floor((start - run.most) / YEAR)],
      [mod(run.least - end), Math.ceil((end - run.least) / YEAR)],
    ] as const)
      if (gap <= ABUT && (best === null || gap < best.gap)) best = { gap, base };
  }
  return best?.base ?? null;
}

function mod(seconds: number): number {
  return ((seconds % YEAR) + YEAR) % YEAR;
}

function leapsFit(run: Run, base: number): boolean {
  for (const year of run.leapYears) if (!isLeap(base + year)) return false;
  return true;
}

/** The year in which the run begins nearest to position `at` of `near`. */
function nearestBase(run: Run, near: Run, at: number): number {
  return Math.round(((near.base ?? 0) * YEAR + at - run.first) / YEAR);
}

/**
 * The runs that a wrong clock has stamped. A late line is behind its neighbours and counts at its own time; none can be
 * ahead of the whole log. So a run beside another one is wrong if it begins more than a month after everything else
 * ends; and so is what is stamped before there was SSH, or in the first hour of a year by a machine that has just been switched on.
 */
export function wrongClocks(
  runs: readonly Run[],
  limit: number,
  isAfter: (run: Run, base: number) => boolean,
): readonly WrongClock[] {
  const dated = runs.filter((run) => run.isDated);
  const yearless = runs.filter((run) => !run.isDated);
  return [...datedWrong(dated, limit), ...yearlessWrong(yearless, isAfter)];
}

/** A stray at the very end may be a log that was silent for a season, unless it is of the future. */
function isEnd(run: Run): boolean {
  return run.side !== null && !run.hasReturned && run.index > run.side.index;
}

/** A stray before everything else that is ahead of where the log begins is not believed, either. */
function isAheadOfBeginning(run: Run, near: Run): boolean {
  return run.index < near.index && run.base! * YEAR + run.least > near.base! * YEAR + near.first;
}

function yearlessWrong(
  runs: readonly Run[],
  isAfter: (run: Run, base: number) => boolean,
): readonly WrongClock[] {
  const main = mainRuns(runs);
  const end = Math.max(...main.map((run) => run.base! * YEAR + run.most));
  const wrong: WrongClock[] = [];
  for (const run of runs) {
    const near = run.side ?? (run.isWaking ? mainNear(run, main) : null);
    if (near === null) continue;
    const isAhead = isEnd(run) ? isAfter(run, run.base!) : run.base! * YEAR + run.least > end + JUMP;
    if (run.isWaking || isAhead || isAheadOfBeginning(run, near))
      wrong.push({ run, near, at: nearbyPosition(run, near) });
  }
  return wrong;
}

function datedWrong(runs: readonly Run[], limit: number): readonly WrongClock[] {
  const isUnset = (run: Run) => run.most < FIRST_SSH;
  const set = runs.filter((run) => !isUnset(run));
  const main = set.filter((run) => run.side === null);
  if (main.length === 0) return [];
  const wrong: WrongClock[] = [];
  const end = Math.max(...main.map((run) => run.most));
  for (const run of set) {
    if (run.side === null || run.least <= end + JUMP || (isEnd(run) && run.most <= limit)) continue;
    wrong.push({ run, near: run.side, at: nearbyPosition(run, run.side) });
  }
  for (const run of runs) {
    if (!isUnset(run)) continue;
    // the clock is set a moment later: the next one
    const near = main.find((other) => other.index > run.index && other.from === run) ?? mainNear(run, main);
    if (near !== null) wrong.push({ run, near, at: nearbyPosition(run, near) });
  }
  return wrong;
}

/** Where the log was when the run began, or, where it began with the run, where it went on. */
function nearbyPosition(run: Run, near: Run): number {
  return run.from === near ? run.at : near.index > run.index ? near.first : near.last;
}
