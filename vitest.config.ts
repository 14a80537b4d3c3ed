import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'tests/**/*.test.ts'],
    environment: 'node',
    // compiles the byte machine if its sources are newer
    globalSetup: './tests/build-machine.ts',
    testTimeout: 60_000,
    reporters: ['default', './tests/reporter.ts'],
  },
});
