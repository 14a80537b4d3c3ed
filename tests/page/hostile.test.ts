// User names that an attacker chose, in every view and in the report to hand on: nothing runs, nothing is fetched, nothing sticks out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWhenStale } from '../cli/command.ts';
import {
  coloursIn,
  hasChromium,
  launch,
  logOf,
  overflow,
  type Serving,
  serveLog,
  violations,
  WALK,
} from './browser.ts';

const NAMES = [
  '<script>window.hit=1</script>',
  '<img/src=x/onerror=window.hit=1>',
  '"><svg/onload=window.hit=1>',
  '</script><script>window.hit=1</script>',
  '=cmd|calc!A1',
  '\u202egnp.exe',
  `a${'\u0301'.repeat(200)}`,
  'javascript:window.hit=1',
  'x'.repeat(4000),
  '{{constructor.constructor("window.hit=1")()}}',
  '__proto__',
];

/** Each name by three sources within minutes, for some days: a campaign of nothing but hostile names. */
function lines(): string[] {
  const out: string[] = [];
  for (let i = 0; i < 40 * NAMES.length; i++) {
    const at = new Date(Date.UTC(2026, 0, 5) + i * 1_200_000).toISOString().slice(0, 19);
    const source = `198.51.100.${1 + ((i * 37) % 250)}`;
    const name = `${NAMES[Math.floor(i / 3) % NAMES.length]!}${Math.floor(i / (3 * NAMES.length))}`;
    out.push(
      `${at}+00:00 host.example sshd[${1000 + i}]: Failed password for invalid user ${name} from ${source} port ${20_000 + i} ssh2`,
    );
  }
  return out;
}

const html = (path: string, ...more: string[]): string => {
  const main = resolve(import.meta.dirname, '../../dist/cli/main.js');
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [main, 'scan', '--format', 'html', ...more, path],
    {
      encoding: 'utf8',
      maxBuffer: 1e8,
    },
  );
  if (status !== 0) throw new Error(stderr);
  const file = join(mkdtempSync(join(tmpdir(), 'slowbrute-report-')), 'report.html');
  writeFileSync(file, stdout);
  return file;
};

describe.runIf(hasChromium)('hostile names', { timeout: 180_000 }, () => {
  let browser: Browser;
  let serving: Serving;
  const path = logOf(lines());

  beforeAll(async () => {
    buildWhenStale();
    [browser, serving] = await Promise.all([launch(), serveLog(path)]);
  }, 180_000);
  afterAll(async () => {
    serving?.stop();
    await browser?.close();
  });

  async function harmless(page: Page, what: string): Promise<void> {
    expect(await page.evaluate('window.hit'), what).toBeUndefined();
    expect(
      await page.evaluate(
        `document.querySelectorAll('main img, main script, main iframe, main svg[onload]').length`,
      ),
    ).toBe(0);
    expect(await overflow(page), what).toBeLessThanOrEqual(0);
  }

  test('in every view of the page, on a phone, with all names shown', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('dialog', () => errors.push('a dialog'));
    await page.goto(serving.address);
    await page.getByLabel('show names that could be a password').check();
    await page.locator('#state').waitFor();
    await page.waitForTimeout(500);
    await harmless(page, 'overview');
    for (const view of [
      'picture',
      'campaigns',
      'campaign/c1',
      'source/198.51.100.1',
      `source/${encodeURIComponent(NAMES[0]!)}`,
    ]) {
      // within the page: what was checked stays
      await page.evaluate(`location.hash = ${JSON.stringify(`#/${view}`)}`);
      await page.waitForTimeout(700);
      await harmless(page, view);
    }
    await page.evaluate("location.hash = '#/picture'");
    await page.locator('.in-view summary').click();
    await page.locator('.in-view table').waitFor();
    await harmless(page, 'table');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('in a report, which opens from disk', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(html(path, '--show-names')).href);
    await page.locator('#state').waitFor();
    await page.evaluate("location.hash = '#/picture'");
    await page.locator('.dots-tall .dots-image').waitFor();
    await harmless(page, 'report');
    await page.close();
  });

  test('a report asks nothing of anybody, shows the walk, and is as accessible as the page', async () => {
    const file = html(WALK);
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await page.locator('.preview canvas').waitFor();
    expect(await coloursIn(page, '.preview canvas')).toBeGreaterThan(1);
    expect(await violations(page)).toEqual([]);
    for (const [view, wanted] of [
      ['picture', '.dots-tall .dots-image'],
      ['campaign/c1', '.chance'],
    ] as const) {
      await page.evaluate(`location.hash = '#/${view}'`);
      await page.locator(wanted).waitFor();
      expect(await violations(page), view).toEqual([]);
    }
    await page.locator('a.source').first().click();
    await page.locator('#attempts').waitFor();
    expect(await violations(page), 'source').toEqual([]);
    expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('blob:'))).toEqual([]);
    await page.close();
  });

  test('a report that was cut off says so', async () => {
    const { readFileSync } = await import('node:fs');
    const file = html(path);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/(id="enclosed">.{200})[^<]*/s, '$1'));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.getByText('This file was cut off or changed.').waitFor();
    await page.close();
  });
});
