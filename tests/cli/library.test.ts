// The package as another program has it: imported by its name, built, through the `exports` of package.json.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildWhenStale, slowbrute } from './command.ts';

const root = resolve(import.meta.dirname, '../..');
beforeAll(buildWhenStale, 180_000);

/** Runs `program` as a module inside the package, where Node lets a package import itself by its name. */
function run(program: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

/** Every name that a program may import. A change of this list is a decision: a name that goes is a new major version. */
const NAMES = {
  slowbrute:
    'ACCOUNT_KNOWN ACCOUNT_NOT_TOLD ACCOUNT_UNKNOWN AttemptTableBuilder DEFAULT_DETECT_OPTIONS DEFAULT_LIVE_OPTIONS FAILURE ' +
    'METHODS NO_USER SCENARIOS STYLES SUCCESS Trouble buildReport createLineReader createLive createLogParser detect ' +
    'loadAttempts readScenario realReadEffects renderJson renderLog renderText replay simulate',
  'slowbrute/parse':
    'ACCOUNT_KNOWN ACCOUNT_NOT_TOLD ACCOUNT_UNKNOWN AttemptTableBuilder FAILURE METHODS NO_USER SUCCESS Trouble ' +
    'createLineReader createLogParser loadRecordForms loadServices',
  'slowbrute/evaluate':
    'BASELINES FIRST_SCORING_SEED SCENARIOS STYLES Trouble WITHOUT_CAMPAIGN evaluateLog evaluateScenarios evaluationTables ' +
    'precision readScenario recall renderLog scoreDetection scoreNamed seedsFrom simulate siteYear summarise',
};

describe('the package slowbrute', () => {
  it.each(Object.entries(NAMES))('shows under %s these names and no others', (entry, names) => {
    const shown = run(
      `import * as all from '${entry}'; process.stdout.write(Object.keys(all).sort().join(' '))`,
    );
    expect(shown).toBe(names);
  });

  it('cannot be imported by any other path', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', "import 'slowbrute/dist/detect/detect.js'"],
      { cwd: root, encoding: 'utf8' },
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('says of attempts as they come what they change', () => {
    const kinds = run(`
      import { createLive, replay, SCENARIOS, simulate } from 'slowbrute';
      const { table } = simulate(SCENARIOS.short(1), 1);
      const { events } = replay(table, createLive());
      process.stdout.write([...new Set(events.map((event) => event.kind))].sort().join(' '));
    `);
    expect(kinds).toMatch(/campaign:opened.*participant:named/);
  });

  it('makes a report of lines that a program has in its hands', () => {
    const report = run(`
      import { AttemptTableBuilder, buildReport, createLogParser, detect, renderJson, renderLog, SCENARIOS, simulate, STYLES } from 'slowbrute';
      const builder = new AttemptTableBuilder();
      const parser = createLogParser({ timezone: 'UTC', year: 2024, reference: 1893456000 }, builder);
      parser.beginFile({ name: 'short', group: 'short' });
      for (const line of renderLog(simulate(SCENARIOS.short(1), 1), { style: STYLES[1] })) parser.line(line);
      parser.endGroup();
      const counts = parser.finish();
      const table = builder.finish();
      const input = { paths: ['short'], bytes: 0, lines: counts.lines, unreadLines: counts.unreadLines, unreadSamples: counts.unreadSamples };
      process.stdout.write(renderJson(buildReport({ table, input }, detect(table))));
    `);
    expect(JSON.parse(report)).toMatchObject({ schema: 'slowbrute.report/1', campaigns: [{ id: 'c1' }] });
  });

  it('runs the example of its own documentation', () => {
    const text = readFileSync(resolve(root, 'src/index.ts'), 'utf8');
    const example = /```ts\n([\s\S]*?) \* ```/.exec(text)![1]!.replace(/^ \* ?/gm, '');
    const program = example.replace('/var/log/auth.log', 'samples/rosalita.log.gz');
    expect(program).not.toBe(example);
    expect(run(program)).toContain('Campaign c1:');
  });

  it('runs the program of README.md, which makes the report of its first command', () => {
    const readme = readFileSync(resolve(root, 'README.md'), 'utf8');
    const program = /```js\n([\s\S]*?)```/.exec(readme)![1]!;
    const { stdout } = slowbrute(['scan', '--year', '2008', 'samples/rosalita.log.gz']);
    expect(run(program)).toBe(stdout);
  });

  it('has types that a strict program compiles against', () => {
    const folder = mkdtempSync(join(root, 'node_modules/.slowbrute-types-'));
    try {
      writeFileSync(
        join(folder, 'program.mts'),
        `import { buildReport, type CampaignReport, type ReportInput, detect, SCENARIOS, simulate } from 'slowbrute';
        export const worst = (log: ReportInput): CampaignReport | undefined => buildReport(log, detect(log.table)).campaigns[0];
        export const names: readonly string[] = Object.keys(SCENARIOS);
        // @ts-expect-error a scenario is no string
        simulate('short', 1);`,
      );
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(root, join(folder, 'node_modules/slowbrute'));
      const tsc = join(root, 'node_modules/.bin/tsc');
      const options = '--ignoreConfig --noEmit --strict --module nodenext --target es2023 --types node';
      const { status, stdout } = spawnSync(tsc, [...options.split(' '), 'program.mts'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 240_000);
});
