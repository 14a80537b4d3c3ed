#!/usr/bin/env node
/** The command `slowbrute`: {@link run} in the real world. */
import { realEffects } from './effects.ts';
import { run } from './program.ts';

// `slowbrute scan | head`: the reader has seen enough, which is nobody's error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), realEffects());
