// A real Chromium, and a real `slowbrute serve` for it to look at. Where there is no Chromium, tests of the page say so and are
// skipped; .ci/run installs it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const root = resolve(import.meta.dirname, '../..');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const axe = readFileSync(resolve(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

export const hasChromium = existsSync(executablePath);
if (!hasChromium)
  process.stdout.write(`# there is no ${executablePath}: the page is not tried in a browser\n`);

export const WALK = resolve(root, 'samples/rosalita.log.gz');

export function launch(): Promise<Browser> {
  // the sandbox needs rights that a container's root does not have
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

export interface Serving {
  /** Without the token. */
  readonly origin: string;
  /** With it, behind the #. */
  readonly address: string;
  stop(): void;
}

/** Serves a log until stopped. Error: what it wrote, where it ended. */
export function serveLog(path: string): Promise<Serving> {
  const child: ChildProcess = spawn(
    process.execPath,
    [resolve(root, 'dist/cli/main.js'), 'serve', '--listen', '127.0.0.1:0', path],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return new Promise((done, failed) => {
    let said = '';
    let told = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const end = said.indexOf('\n');
      if (end < 0) return;
      const address = said.slice(0, end);
      done({ address, origin: new URL(address).origin, stop: () => child.kill() });
    });
    child.on('exit', () => failed(new Error(`slowbrute serve ended: ${told}`)));
  });
}

/** A log of these lines in a folder of its own. */
export function logOf(lines: readonly string[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'slowbrute-page-')), 'auth.log');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** What axe finds wrong: `rule: element`, for WCAG 2.1 A and AA and its best practices. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const result = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
       violations.flatMap(({ id, nodes }) => nodes.map(({ html, any, all }) =>
         id + ': ' + html.slice(0, 160) + ' ' + [...any, ...all].map(({ message }) => message).join('; '))))`,
  );
  return result as readonly string[];
}

/** Pixels by which the page is wider than the window. */
export async function overflow(page: Page): Promise<number> {
  return (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
}

/** How many different colours a canvas shows: one is an empty picture. */
export async function coloursIn(page: Page, selector: string): Promise<number> {
  return (await page.evaluate(
    `(() => { const canvas = document.querySelector(${JSON.stringify(selector)});
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size; })()`,
  )) as number;
}
