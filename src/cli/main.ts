#!/usr/bin/env node
/**
 * The command `slowbrute`: {@link run} in the real world. What a daemon asks of V8 must be said before there is much on its heap, so
 * that comes first, and everything else is loaded after it.
 */
import { setFlagsFromString } from 'node:v8';

// V8's young generation grows with what survives in it, and loading the modules alone makes it 32 MB, which it keeps for ever. It stays as
// it is until daemon/memory.ts gives it the size that watching needs.
if (process.argv[2] === 'watch') setFlagsFromString('--semi-space-growth-factor=1');

// `slowbrute scan | head`: the reader has seen enough, which is nobody's error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const [{ realEffects }, { run }] = await Promise.all([import('./effects.ts'), import('./program.ts')]);
process.exitCode = await run(process.argv.slice(2), realEffects());
