// The pictures of docs/pictures, taken anew: `PICTURES=write npx vitest run tests/page/pictures.test.ts`. Look at them before you commit
// them: what a test cannot see is seen there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { describe, test } from 'vitest';
import { buildWhenStale } from '../cli/command.ts';
import { hasChromium, launch, serveLog, WALK } from './browser.ts';

const root = resolve(import.meta.dirname, '../..');
const FOLDER = join(root, 'docs/pictures');
const DESK = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 } };

interface Shot extends BrowserContextOptions {
  readonly name: string;
  readonly view: string;
  /** What must be there before it is taken. */
  readonly wanted: string;
}

/** By the log that they show: the sample, or a standard scenario of the simulator. */
const SHOTS: Readonly<Record<string, readonly Shot[]>> = {
  walk: [
    { name: 'walk-overview', view: '', wanted: '.preview canvas', ...DESK },
    { name: 'walk-picture', view: 'picture', wanted: '.dots-tall .dots-image', ...DESK },
    {
      name: 'walk-campaign',
      view: 'campaign/c1',
      wanted: '.chance',
      viewport: { width: 1280, height: 1100 },
    },
    { name: 'walk-phone-dark', view: '', wanted: '.preview canvas', ...PHONE, colorScheme: 'dark' },
  ],
  'overlap-in-time': [
    { name: 'campaigns-overview-phone', view: '', wanted: '.preview canvas', ...PHONE },
    { name: 'campaigns-picture', view: 'picture', wanted: '.dots-tall .dots-image', ...DESK },
    {
      name: 'campaigns-picture-dark',
      view: 'picture',
      wanted: '.dots-tall .dots-image',
      ...DESK,
      colorScheme: 'dark',
    },
  ],
  'one-hit': [{ name: 'got-in-overview', view: '', wanted: '.preview canvas', ...DESK }],
  'everything-quiet': [{ name: 'quiet-overview', view: '', wanted: '#state', ...DESK }],
};

describe.runIf(hasChromium && process.env.PICTURES === 'write')('pictures', () => {
  test.each(Object.entries(SHOTS))(
    'of %s',
    async (like, shots) => {
      buildWhenStale();
      const serving = await serveLog(like === 'walk' ? WALK : simulated(like));
      const browser = await launch();
      try {
        for (const shot of shots) await take(browser, serving.address, serving.origin, shot);
      } finally {
        await browser.close();
        serving.stop();
      }
    },
    300_000,
  );
});

async function take(browser: Browser, address: string, origin: string, shot: Shot): Promise<void> {
  const { name, view, wanted, ...options } = shot;
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await page.goto(address);
  await page.locator('#state').waitFor();
  await page.goto(`${origin}/#/${view}`);
  await page.locator(wanted).first().waitFor();
  // a canvas is drawn in the frame behind the one that it appears in
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(FOLDER, `page-${name}.png`) });
  await context.close();
}

function simulated(like: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'slowbrute-pictures-')), 'auth.log');
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist/cli/main.js'), 'simulate', '--like', like, '--out', path],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return path;
}
