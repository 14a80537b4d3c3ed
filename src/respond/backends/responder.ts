/**
 * The backend of a reader that has no rights: a responder (responder-server.ts), which has them and does nothing else,
 * is asked over its Unix socket. What it can do is what its own backend can do, as it says when it is checked.
 */
import { connect } from 'node:net';
import { Trouble } from '../../model/error.ts';
import { type Answer, answerIn, LONGEST_FRAME, type Question } from '../frames.ts';
import { readLines } from '../line-socket.ts';
import type { Abilities } from '../plan.ts';
import { type Backend, UNBOUNDED } from './backend.ts';
import { checkedChange } from './command.ts';

export interface ResponderOptions {
  readonly socket: string;
  readonly timeoutSeconds?: number;
}

/** Longer than any backend's own time limit, so that its trouble is told and not ours. */
const SECONDS = 90;

export function responderBackend({ socket, timeoutSeconds = SECONDS }: ResponderOptions): Backend {
  const ask = async (question: Question) => {
    const answer = await askOnce(socket, question, timeoutSeconds);
    if (!answer.ok)
      throw new Trouble(
        answer.code === 'no-rights' ? 'no-rights' : 'firewall-failed',
        `the responder: ${answer.message}`,
        answer.remedy,
      );
    return answer;
  };
  // known from the first check on, which is before the first change
  let able: Abilities & { readonly lists: boolean } = { ...UNBOUNDED, lists: false };
  const list = async () => (await ask({ ask: 'list' })).entries ?? [];
  return {
    get timed() {
      return able.timed;
    },
    get mostSeconds() {
      return able.mostSeconds;
    },
    get capacity() {
      return able.capacity;
    },
    name: 'responder',
    isDry: false,
    async check() {
      const { timed, lists, mostSeconds, capacity } = await ask({ ask: 'check' });
      able = {
        timed: timed ?? false,
        lists: lists ?? false,
        mostSeconds: mostSeconds ?? UNBOUNDED.mostSeconds,
        capacity: capacity ?? UNBOUNDED.capacity,
      };
    },
    async apply(change) {
      await ask({ ask: 'apply', change: checkedChange(change) });
    },
    get list() {
      return able.lists ? list : undefined;
    },
    async flush() {
      await ask({ ask: 'flush' });
    },
  };
}

/** One question on a connection of its own: nothing of an earlier failure can be mistaken for its answer. */
function askOnce(path: string, question: Question, timeoutSeconds: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const fail = (how: string) => {
      socket.destroy();
      reject(
        new Trouble(
          'firewall-failed',
          `the responder at ${path} ${how}`,
          'Is `slowbrute responder` running, and may this user write to its socket?',
        ),
      );
    };
    const timer = setTimeout(() => fail('did not answer in time'), timeoutSeconds * 1000);
    timer.unref();
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      fail(
        error.code === 'EACCES'
          ? 'does not let this user in'
          : `cannot be reached (${error.code ?? error.message})`,
      );
    });
    socket.on('close', () => {
      clearTimeout(timer);
      fail('hung up without an answer');
    });
    readLines(socket, LONGEST_FRAME, (line) => {
      clearTimeout(timer);
      const answer = answerIn(line);
      if (answer === null) {
        fail('answered what nobody understands');
        return;
      }
      socket.destroy();
      resolve(answer);
    });
    socket.write(`${JSON.stringify(question)}\n`);
  });
}
