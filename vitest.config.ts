import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'tests/**/*.test.ts'],
    environment: 'node',
    // compiles the byte machine if its sources are newer
    globalSetup: './tests/build-machine.ts',
    testTimeout: 60_000,
    // with one core less than there are, which is usual, a machine of two waits for each test that waits: daemons, servers, browsers
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', './tests/reporter.ts'],
  },
});
