/** Blocks from what changed of them, the same in every engine. */
import type { BlockChange } from '../../model/block.ts';
import type { BlockQuery, StoredBlock } from '../history.ts';

/** The block after `change`. Errors: it was added before, or never was; both are bugs of the caller. */
export function changedBlock(before: StoredBlock | undefined, change: BlockChange): StoredBlock {
  if (change.kind === 'block:added') {
    if (before !== undefined) throw new Error(`block ${change.block.id} is there already`);
    return { ...change.block, ended: null, why: null };
  }
  if (before === undefined) throw new Error(`there is no block ${change.id}`);
  if (change.kind === 'block:extended') return { ...before, until: change.until };
  // what ended once stays ended as it did
  return before.ended === null ? { ...before, ended: change.time, why: change.why } : before;
}

/** The id of the block that `change` is about. */
export function blockIdOf(change: BlockChange): number {
  return change.kind === 'block:added' ? change.block.id : change.id;
}

/** The campaign for which a block stands; null where it is for none. */
export function campaignOf(block: StoredBlock): string | null {
  const { reason } = block;
  return reason.kind === 'participant' || reason.kind === 'network' ? reason.campaign : null;
}

export function blockMatches(block: StoredBlock, query: BlockQuery): boolean {
  return (
    (query.standing !== true || block.ended === null) &&
    (query.target === undefined || block.target === query.target) &&
    (query.source === undefined || block.source === query.source) &&
    (query.campaign === undefined || campaignOf(block) === query.campaign)
  );
}
