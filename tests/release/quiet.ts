// A world for the command line in which nothing is read and only what is written is heard.
import { Readable } from 'node:stream';
import { type CommandEffects, realEffects } from '../../src/cli/effects.ts';

export function quietEffects(write: (text: string) => void = () => {}): CommandEffects {
  const output = { write };
  return { ...realEffects(), stdout: output, stderr: output, stdin: Readable.from([]), environment: {} };
}
