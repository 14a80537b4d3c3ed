/**
 * What is done by hand over the daemon's socket goes into the same audit trail as what is done on the page (actions.ts): written down
 * before it is done, so that nothing is done that nobody can read of later.
 */
import type { BlockService, ByHand } from '../respond/service.ts';
import type { Action } from '../view/site.ts';
import type { Actions } from './actions.ts';

/** A program that says nothing of who runs it. */
const SOMEBODY = 'somebody at the socket';

/** `now`: seconds since 1970. Errors: those of `blocks`, and `Trouble` (`not-writable`) where it cannot be kept: then it is not done. */
export function recordedBlocks(blocks: BlockService, actions: Actions, now: () => number): BlockService {
  const record = (does: Action['does'], target: string, { by, why }: ByHand) =>
    actions.add({ time: Math.floor(now()), by: by ?? SOMEBODY, does, target, why: why ?? '' });
  return {
    list: () => blocks.list(),
    plan: () => blocks.plan(),
    async add(request) {
      await record('block', request.target, request);
      return blocks.add(request);
    },
    async remove(request) {
      await record('unblock', request.target, request);
      return blocks.remove(request);
    },
    async allow(request) {
      await record('allow', request.target, request);
      return blocks.allow(request);
    },
    async disallow(request) {
      await record('disallow', request.target, request);
      return blocks.disallow(request);
    },
    async flush(request = {}) {
      await record('flush', '', request);
      return blocks.flush(request);
    },
  };
}
