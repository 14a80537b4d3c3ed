/**
 * How much memory this process takes beyond what it needs. Node's collector lets garbage grow with what is alive, up to twice
 * and more of it, because memory is cheap where a program runs for seconds; a daemon that runs for ever beside the programs that
 * a machine is there for should give it back. A fixed bound (`--max-old-space-size`) would do the same until a flood, and end
 * the daemon in it.
 *
 * V8 reads this flag each time that it decides on the next collection (MemoryController::GrowingFactor in
 * src/heap/memory-controller.cc), so it holds however the daemon was started. The engine's own memory: store/history/duckdb.ts.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * Garbage in the old generation, as a share of what is alive there, before it is cleared up. At half of it a flood spends twice the time
 * on collecting, a tenth of a core; at twice, memory is 20 MB more.
 */
const GARBAGE_PERCENT = 25;

/** From here on this process keeps little garbage. */
export function keepMemorySmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GARBAGE_PERCENT}`);
}
