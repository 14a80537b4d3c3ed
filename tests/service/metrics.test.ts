// What Grafana and Prometheus are asked is what the daemon has: each metric and each label in the dashboard and in the rules is one
// of src/daemon/metrics.ts; promtool reads the rules and the queries where Debian's prometheus is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/daemon/metrics.ts';

const root = resolve(import.meta.dirname, '../..');
const rulesPath = join(root, 'service/prometheus/slowbrute.rules.yml');
const rules = readFileSync(rulesPath, 'utf8');

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly description: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}
const dashboard = JSON.parse(readFileSync(join(root, 'service/grafana/slowbrute.json'), 'utf8')) as Dashboard;
const queries = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
];
const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find(existsSync);

/** Every metric that the daemon has, by the lines that describe it. */
async function known(): Promise<ReadonlySet<string>> {
  const text = await createMetrics().text();
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    names.flatMap(([, name, type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
    ),
  );
}

describe('the dashboard and the alert rules', () => {
  it('ask for nothing that the daemon does not have', async () => {
    const have = await known();
    const asked = [...queries, rules].flatMap(
      (text) => text.match(/\b(?:slowbrute|process)_[a-z_]+\b/g) ?? [],
    );
    expect(asked.length).toBeGreaterThan(20);
    expect([...new Set(asked)].filter((name) => !have.has(name))).toEqual([]);
  });
  it('show every metric of detection, blocking and reading at least once', async () => {
    const shown = queries.join('\n');
    const own = [...(await known())].filter(
      (name) => name.startsWith('slowbrute_') && !/_(?:sum|count)$/.test(name),
    );
    expect(own.filter((name) => !shown.includes(name))).toEqual([]);
  });
  it('has panels that do not overlap, each with a sentence', () => {
    const taken = new Set<string>();
    for (const { title, description, gridPos } of dashboard.panels) {
      expect(description, title).not.toBe('');
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`), title).toBe(false);
          taken.add(`${x},${y}`);
        }
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
  it.skipIf(promtool === undefined)('are read by promtool (Debian: prometheus)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slowbrute-rules-'));
    try {
      // a query becomes a rule that records it; Grafana fills its variables in before
      const recorded = queries.map((expr, i) => ({
        record: `dashboard:${i}`,
        expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
      }));
      const own = join(folder, 'dashboard.json');
      writeFileSync(own, JSON.stringify({ groups: [{ name: 'dashboard', rules: recorded }] }));
      for (const path of [rulesPath, own]) {
        const { status, stderr } = spawnSync(promtool!, ['check', 'rules', path], { encoding: 'utf8' });
        expect(stderr).not.toMatch(/error/i);
        expect(status).toBe(0);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
