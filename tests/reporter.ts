// Closes a test run with one plain line, `N passed, N failed`, that any program can read. What `npm test` checked
// before the tests (types, lint, layers) is counted in it. A test file that cannot be loaded, and a beforeAll that
// throws, count as one failure each: their tests never ran, and vitest itself calls those skipped.
import type { Reporter, TestModule } from 'vitest/node';

export default class PlainLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = Number(process.env.CHECKS_PASSED ?? 0);
    let failed = Number(process.env.CHECKS_FAILED ?? 0) + unhandled.length;
    let skipped = 0;
    for (const module of modules) {
      if (module.errors().length > 0) failed++;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else skipped++;
      }
    }
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    process.stdout.write(`\n${passed} passed, ${failed} failed${tail}\n`);
  }
}
