/**
 * What does not work now: told to the log when it begins, to people by their alarms, and shown by `slowbrute status` as long as it
 * lasts. Everything that can fail for a while and work again goes through here, under a name of its own.
 */
import type { Condition } from '../alarm/condition.ts';
import type { FollowNotice } from '../read/follow/follower.ts';
import type { BackendStatus } from '../respond/applier.ts';
import type { Happening, Problem, Tell } from './happening.ts';
import { noticeProblem } from './notice-problem.ts';

export class Troubles {
  readonly #standing = new Map<string, Problem>();
  readonly #tell: Tell;
  readonly #condition: (condition: Condition) => void;

  constructor(tell: Tell, condition: (condition: Condition) => void) {
    this.#tell = tell;
    this.#condition = condition;
  }

  /** Those that last, in the order in which they began. */
  standing(): readonly Problem[] {
    return [...this.#standing.values()];
  }

  /** Something of the daemon itself does not work. */
  begin(what: string, { message, remedy }: Problem): void {
    // what is found wrong again and again is told once
    if (this.#standing.get(what)?.message === message) return;
    this.#standing.set(what, { message, remedy });
    this.#tell({ kind: 'daemon:troubled', problem: { message, remedy } });
    this.#condition({ kind: 'trouble', part: 'daemon', name: what, message, remedy });
  }

  end(what: string): void {
    if (this.#standing.delete(what)) this.#condition({ kind: 'well', part: 'daemon', name: what });
  }

  /** It is read no more: what was wrong with it is nobody's trouble now. */
  forgetInput(input: string): void {
    this.end(`input ${input}`);
    this.#condition({ kind: 'well', part: 'input', name: input });
  }

  /** What the history does is heard here. */
  hear(happening: Happening): void {
    if (happening.kind === 'history:failed') {
      this.#standing.set('history', happening.problem);
      this.#condition({ kind: 'trouble', part: 'store', name: 'history', ...happening.problem });
    } else if (happening.kind === 'history:restored') {
      this.end('history');
      this.#condition({ kind: 'well', part: 'store', name: 'history' });
    }
  }

  /** What a follower notices. */
  notice(notice: FollowNotice): void {
    const { input } = notice;
    const problem = noticeProblem(notice);
    if (notice.kind === 'gap' && problem !== null) {
      this.#tell({ kind: 'input:gap', input, problem });
      return;
    }
    if (notice.kind === 'dropped') {
      const what = `dropped ${input}`;
      if (problem === null) {
        this.end(what);
        return;
      }
      const messages = Object.values(notice.messages).reduce((sum, count) => sum + count, 0);
      this.#tell({ kind: 'input:dropped', input, messages, problem });
      this.#standing.set(what, { ...problem, message: `${input}: ${problem.message}` });
      this.#condition({ kind: 'trouble', part: 'daemon', name: what, ...problem });
      return;
    }
    if (notice.kind === 'state' && notice.state.kind === 'following') {
      this.#tell({ kind: 'input:opened', input });
      this.end(`input ${input}`);
      this.#condition({ kind: 'well', part: 'input', name: input });
    }
    if (problem === null) return;
    this.#tell({ kind: 'input:waiting', input, problem });
    // what is only looked at more slowly is no trouble
    if (notice.kind !== 'state') return;
    this.#standing.set(`input ${input}`, problem);
    this.#condition({ kind: 'trouble', part: 'input', name: input, ...problem });
  }

  /** What becomes of a firewall. */
  backend({ backend, state, trouble }: BackendStatus): void {
    if (state === 'failing' && trouble !== null) {
      this.#tell({ kind: 'firewall:failed', backend, problem: trouble });
      this.#standing.set(`firewall ${backend}`, trouble);
      this.#condition({ kind: 'trouble', part: 'firewall', name: backend, ...trouble });
    } else if (state === 'in-step') {
      this.end(`firewall ${backend}`);
      this.#condition({ kind: 'well', part: 'firewall', name: backend });
    }
  }
}
