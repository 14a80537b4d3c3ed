/** Blocks as tools tell of them (in any order, repeated, overlapping) to blocks as they are scored. Pure. */
import type { Block, Blocks, PeerLine } from './peer.ts';

export interface ToldBlock extends Block {
  readonly source: string;
}

/**
 * Blocks of each source in order of time, those that overlap or touch joined. One that ends before it begins is
 * dropped.
 */
export function blocksOf(told: Iterable<ToldBlock>): Blocks {
  const bySource = new Map<string, Block[]>();
  for (const { source, from, until } of told) {
    if (!(until >= from)) continue;
    const list = bySource.get(source);
    if (list === undefined) bySource.set(source, [{ from, until }]);
    else list.push({ from, until });
  }
  for (const [source, list] of bySource) bySource.set(source, joined(list));
  return bySource;
}

function joined(list: readonly Block[]): Block[] {
  const result: Block[] = [];
  for (const block of [...list].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || block.from > last.until) result.push(block);
    else if (block.until > last.until) result[result.length - 1] = { from: last.from, until: block.until };
  }
  return result;
}

/**
 * Alarms of a tool that went on reading the lines of those it had blocked: an alarm during a block changes nothing,
 * as its lines would not have been written. Each counted alarm blocks for `seconds`.
 */
export function blocksOfAlarms(
  alarms: readonly { readonly source: string; readonly time: number; readonly seconds: number }[],
): Blocks {
  const until = new Map<string, number>();
  const told: ToldBlock[] = [];
  for (const { source, time, seconds } of [...alarms].sort((a, b) => a.time - b.time)) {
    if (time <= (until.get(source) ?? Number.NEGATIVE_INFINITY)) continue;
    until.set(source, time + seconds);
    told.push({ source, from: time, until: time + seconds });
  }
  return blocksOf(told);
}

/** Whether an attempt of a source with these blocks is stopped at `time`: one at the very second of a block is not. */
export function isStopped(blocks: readonly Block[] | undefined, time: number): boolean {
  return blocks?.some(({ from, until }) => from < time && time <= until) ?? false;
}

/** The lines that would still be written with these blocks in force. */
export function linesLetThrough(lines: readonly PeerLine[], blocks: Blocks): readonly PeerLine[] {
  return lines.filter(({ time, source }) => source === null || !isStopped(blocks.get(source), time));
}
