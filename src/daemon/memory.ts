/**
 * How much memory this process takes beyond what it needs. Node's collector lets garbage grow with what is alive, up to twice
 * and more of it, because memory is cheap where a program runs for seconds; a daemon that runs for ever beside the programs that
 * a machine is there for should give it back. A fixed bound (`--max-old-space-size`) would do the same until a flood, and end
 * the daemon in it.
 *
 * V8 reads both flags whenever it decides (MemoryController::GrowingFactor in src/heap/memory-controller.cc, NewSpace::Grow in
 * src/heap/new-spaces.cc), so they hold however the daemon was started. The engine's own memory: store/history/duckdb.ts.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Garbage in the old generation, as a share of what is alive there, before it is cleared up. At half of it a flood spends twice the time
 * on collecting, a tenth of a core; at twice, memory is 20 MB more.
 */
const GARBAGE_PERCENT = 25;

/**
 * How many times the young generation grows, once, from the megabyte that it begins with (cli/main.ts sees that it has that still); there
 * are two halves of this size. V8's own bound is 16 times. At half of it what lives for the tenth of a second until it is committed is
 * carried into the old generation twice as often.
 */
const YOUNG_GROWTH = 4;
/** Far more than the growth takes; where V8 does not know the flag any more nothing grows, and that is all. */
const MOST_TRIES = 1000;

/** From here on this process keeps little garbage. */
export function keepMemorySmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GARBAGE_PERCENT}`);
  growYoung();
}

/** It grows when what a collection leaves in it does not fit well, and never again after that. */
function growYoung(): void {
  const before = youngBytes();
  setFlagsFromString(`--semi-space-growth-factor=${YOUNG_GROWTH}`);
  let alive: number[][] = [];
  for (let tries = 0; tries < MOST_TRIES && youngBytes() === before; tries++) {
    if (alive.length > 50_000) alive = [];
    for (let i = 0; i < 1000; i++) alive.push([tries, i]);
  }
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Room for objects in the young generation, bytes; with the second half that it is copied to twice that. */
function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return young === undefined ? 0 : young.space_used_size + young.space_available_size;
}
