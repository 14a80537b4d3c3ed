// Every view in a real browser, from a real server: what it shows, without a violation of what axe knows, without anything wider than
// a phone, in light and dark.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWhenStale } from '../cli/command.ts';
import {
  coloursIn,
  hasChromium,
  launch,
  overflow,
  type Serving,
  serveLog,
  violations,
  WALK,
} from './browser.ts';

describe.runIf(hasChromium)('the page', { timeout: 180_000 }, () => {
  let browser: Browser;
  let serving: Serving;

  beforeAll(async () => {
    buildWhenStale();
    [browser, serving] = await Promise.all([launch(), serveLog(WALK)]);
  }, 180_000);
  afterAll(async () => {
    serving?.stop();
    await browser?.close();
  });

  const errors: string[] = [];
  async function signedIn(
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<[Page, BrowserContext]> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(serving.address);
    await page.locator('#state').waitFor();
    return [page, context];
  }
  const show = async (page: Page, view: string, wanted: string) => {
    await page.goto(`${serving.origin}/#/${view}`);
    await page.locator(wanted).first().waitFor();
  };

  const VIEWS = [
    ['', '.preview canvas'],
    ['picture', '.dots-tall .dots-image'],
    ['campaigns', 'table'],
    ['campaign/c1', '.chance'],
    ['live', '.live-state'],
    ['blocks', '#trail'],
  ] as const;

  test.each(['light', 'dark'] as const)('axe finds nothing wrong in any view, %s', async (colorScheme) => {
    const [page, context] = await signedIn({ colorScheme });
    for (const [view, wanted] of VIEWS) {
      await show(page, view, wanted);
      expect(await violations(page), view).toEqual([]);
    }
    await page.goto(`${serving.origin}/#/campaign/c1`);
    await page.locator('#participants ~ section a.source, section .scroll a.source').first().click();
    await page.locator('#attempts').waitFor();
    expect(await violations(page), 'source').toEqual([]);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await violations(page), 'keys').toEqual([]);
    await context.close();
    expect(errors).toEqual([]);
  });

  test('nothing is wider than a phone', async () => {
    const [page, context] = await signedIn({ viewport: { width: 390, height: 844 } });
    for (const [view, wanted] of VIEWS) {
      await show(page, view, wanted);
      expect(await overflow(page), view).toBeLessThanOrEqual(0);
    }
    await context.close();
  });

  test('the overview says what is, and draws the walk at once', async () => {
    const [page, context] = await signedIn();
    await page.locator('.preview canvas').waitFor();
    expect(await page.locator('#state').textContent()).toBe('There was a campaign; it is over');
    expect(await page.locator('.tiles').textContent()).toContain('837');
    expect(await coloursIn(page, '.preview canvas')).toBeGreaterThan(1);
    await context.close();
  });

  test('the picture is worked with the keyboard alone, to the attempt itself', async () => {
    const [page, context] = await signedIn();
    await show(page, 'picture', '.dots-tall .dots-image');
    await expect.poll(() => coloursIn(page, '.dots-tall .dots-image')).toBeGreaterThan(1);
    const says = page.locator('.picture-says');
    await expect.poll(() => says.textContent()).toContain('16,727 attempts');
    await page.locator('.dots-tall').focus();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect.poll(() => says.textContent()).not.toContain('16,727 attempts');
    await expect.poll(() => page.url()).toContain('from=');
    await page.keyboard.press('0');
    await expect.poll(() => says.textContent()).toContain('16,727 attempts');
    await page.keyboard.press('n');
    await expect.poll(() => page.locator('.tip').textContent()).toContain('campaign c1');
    await page.keyboard.press('Enter');
    await page.getByText('The chosen attempt, and those around it').waitFor();
    await page.locator('.lines table').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await context.close();
  });

  test('a part that is dragged over is zoomed into, a double click shows all of it', async () => {
    const [page, context] = await signedIn();
    await show(page, 'picture', '.dots-tall .dots-image');
    const box = (await page.locator('.dots-tall .u-over').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 200, { steps: 5 });
    await page.mouse.up();
    const says = page.locator('.picture-says');
    await expect.poll(() => says.textContent()).not.toContain('16,727 attempts');
    await page.mouse.dblclick(box.x + 200, box.y + 100);
    await expect.poll(() => says.textContent()).toContain('16,727 attempts');
    await context.close();
  });

  test('a campaign that is not there, and a source, are said not to be', async () => {
    const [page, context] = await signedIn();
    await page.goto(`${serving.origin}/#/campaign/c99`);
    await page.getByText('There is no campaign c99').waitFor();
    await page.goto(`${serving.origin}/#/source/203.0.113.99`);
    await page.getByText('There is no such source here').waitFor();
    await context.close();
  });

  test('who prefers less motion gets none', async () => {
    const [page, context] = await signedIn({ reducedMotion: 'reduce' });
    const moving = await page.evaluate(
      `[...document.querySelectorAll('*')].filter((one) => {
         const { animationName, transitionDuration } = getComputedStyle(one);
         return animationName !== 'none' || parseFloat(transitionDuration) > 0; }).length`,
    );
    expect(moving).toBe(0);
    await context.close();
  });

  test('nothing is asked of any other host', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await page.goto(serving.address);
    await page.locator('.preview canvas').waitFor();
    expect([...asked]).toEqual([serving.origin]);
    await context.close();
  });

  test('a wrong token is said to be wrong, and does not stay in the address', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${serving.origin}/#token=sb_wrong`);
    await page.getByLabel('Token').waitFor();
    await expect.poll(() => page.locator('#token-error').textContent()).toMatch(/not valid/);
    expect(page.url()).not.toContain('sb_wrong');
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Token').fill(serving.address.split('token=')[1]!);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#state').waitFor();
    await context.close();
  });

  test('a session that ends while one looks leads to the way in', async () => {
    const [page, context] = await signedIn();
    await page.route('**/api/v1/campaigns/*', (route) =>
      route.fulfill({ status: 401, json: { message: 'no session' } }),
    );
    await page.goto(`${serving.origin}/#/campaign/c1`);
    await page.getByText('The session is over.').waitFor();
    await context.close();
  });

  test('a slow server is waited for, one that is away is said to be', async () => {
    const [page, context] = await signedIn();
    await page.route('**/api/v1/overview*', async (route) => {
      await new Promise((done) => setTimeout(done, 1500));
      await route.continue();
    });
    await page.reload();
    await page.getByText('Reading the overview').waitFor();
    await page.locator('#state').waitFor();
    await page.route('**/api/v1/campaigns/*', (route) => route.abort());
    await page.goto(`${serving.origin}/#/campaign/c1`);
    await page.getByText('The server does not answer.').waitFor();
    await context.close();
  });

  test('what comes in is shown, until somebody pauses', async () => {
    const [page, context] = await signedIn();
    const attempt = {
      seq: 1,
      time: 1_763_564_662,
      sensor: 'host.example',
      service: 'sshd',
      source: '192.0.2.77',
      user: 'alias',
      known: false,
      success: false,
      method: 'password',
      campaign: 'c1',
      text: 'Failed password for invalid user alias from 192.0.2.77',
      input: 'auth.log',
      line: 3,
    };
    const event = {
      kind: 'participant:named',
      time: 1_763_564_662,
      campaign: 'c1',
      source: '192.0.2.77',
      confidence: 0.99,
      firstSeen: 1_763_564_662,
      attempts: 1,
    };
    const body = `event: attempts\ndata: ${JSON.stringify({ kind: 'attempts', attempts: [attempt], skipped: 2 })}\n\nevent: event\ndata: ${JSON.stringify({ seq: 1, nth: 0, event })}\n\n`;
    await page.route('**/api/v1/stream*', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body }),
    );
    await page.goto(`${serving.origin}/#/live`);
    await page.getByText('Failed password for invalid user alias').first().waitFor();
    await page.getByText('takes part in').first().waitFor();
    await page.getByText('2 attempts came too fast').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await context.close();
  });

  test('a source is blocked with a reason, and what is refused is said', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/api/v1/session', async (route) => {
      const answer = await route.fetch();
      const told = (await answer.json()) as { scopes: string[] };
      await route.fulfill({ response: answer, json: { ...told, scopes: [...told.scopes, 'block'] } });
    });
    const asked: unknown[] = [];
    let refuses = true;
    await page.route('**/api/v1/blocks', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      asked.push(route.request().postDataJSON());
      const refusal = {
        code: 'person',
        message: 'Somebody has logged in from there.',
        remedy: 'Say that it is meant.',
      };
      await (refuses ? route.fulfill({ status: 409, json: refusal }) : route.fulfill({ json: {} }));
    });
    await page.goto(serving.address);
    await page.locator('#state').waitFor();
    await page.goto(`${serving.origin}/#/blocks`);
    await page.getByRole('button', { name: 'Block …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address or network').fill('192.0.2.77');
    await dialog.getByLabel('Why').fill('tries names in turn');
    await dialog.getByRole('button', { name: 'Block' }).click();
    await dialog.getByText('Somebody has logged in from there.').waitFor();
    expect(await violations(page)).toEqual([]);
    refuses = false;
    await dialog.getByRole('button', { name: 'Block' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(asked).toEqual(
      new Array(2).fill({
        target: '192.0.2.77',
        seconds: 86_400,
        why: 'tries names in turn',
        evenPeople: false,
      }),
    );
    await context.close();
  });
});
