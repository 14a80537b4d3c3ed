/**
 * The report to hand on (`scan --format html`): the page of `slowbrute serve` and what it shows, in one file that opens from disk and
 * asks nothing of any host. Its Content-Security-Policy names its own script and style by their hashes and forbids everything else,
 * so that even a mistake in the page could run or fetch nothing.
 *
 * It stays below three megabytes, which mail and tickets take. Of a log with more attempts than fit, times are rounded first, then
 * attempts of no campaign are thinned out evenly; the report says both.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { part } from '../built/parts.ts';
import { Trouble } from '../model/error.ts';
import { type EnclosedLine, encodeEnclosed } from '../view/enclosed.ts';
import { redacted } from '../view/redact.ts';
import type { AttemptRow, CampaignView, Picture, Site } from '../view/site.ts';

export interface HtmlOptions {
  /** Whether names that may be passwords are in it (src/view/redact.ts). */
  readonly names: 'hidden' | 'shown';
  /** Gives the files of the built page; left out: those of the program. */
  readonly page?: (path: string) => Uint8Array | null;
  /** Bytes of the whole at most; left out: three million. */
  readonly mostBytes?: number;
}

const MOST_BYTES = 3_000_000;
/** Attempts at most, as in the page. */
const MOST_ATTEMPTS = 1_000_000;
/** From here on times are rounded to what can be told apart on a screen of this many columns. */
const MANY_ATTEMPTS = 100_000;
const COLUMNS = 32_768;
/** Of a campaign's participants; with more the file grows and nobody reads them. The CSV has all. */
const MOST_PARTICIPANTS = 20_000;
/** Lines of the log of each campaign: logins of participants, its first attempts, its last ones. So many show how it looks. */
const LOGINS = 4;
const ENDS = 3;
/** Campaigns whose lines are in it. */
const MOST_WITH_LINES = 50;

/** The file. Errors: `Trouble` where the page was not built. */
export async function renderHtml(site: Site, options: HtmlOptions): Promise<string> {
  const template = templateOf(options.page ?? part);
  const shown = options.names === 'shown' ? site : redacted(site);
  const mostBytes = options.mostBytes ?? MOST_BYTES;
  const overview = await shown.overview({});
  const campaigns: CampaignView[] = [];
  for (const { id } of overview.campaigns) {
    const campaign = await shown.campaign(id);
    if (campaign !== null)
      campaigns.push({ ...campaign, participants: campaign.participants.slice(0, MOST_PARTICIPANTS) });
  }
  const told: AttemptRow[] = [];
  for (const { id } of overview.campaigns.slice(0, MOST_WITH_LINES)) told.push(...(await linesOf(shown, id)));
  let limit = MOST_ATTEMPTS;
  for (;;) {
    const picture = await shown.picture({ limit });
    const bytes = encodeEnclosed({
      overview,
      campaigns,
      picture,
      timeStep: timeStepOf(picture),
      names: options.names,
      lines: enclosedLines(picture, told),
    });
    const data = gzipSync(bytes, { level: 9 }).toString('base64');
    const html = fileOf(template, data);
    if (html.length <= mostBytes || limit < 1000) return html;
    // what is not the picture stays, so the picture pays for all that is too much, and a little more
    const share = Math.max(0.1, Math.min(0.9, (mostBytes / html.length) * 0.97));
    limit = Math.floor(Math.min(limit, picture.length) * share);
  }
}

async function linesOf(site: Site, campaign: string): Promise<readonly AttemptRow[]> {
  const rows: AttemptRow[] = [];
  for (const asked of [
    { outcome: 'success', newestFirst: true, limit: LOGINS },
    { outcome: 'failure', limit: ENDS },
    { outcome: 'failure', newestFirst: true, limit: ENDS },
  ] as const)
    for await (const row of site.attempts({ campaign, ...asked })) if (row.text !== '') rows.push(row);
  return rows;
}

/** By their place in the picture; without the folders of whoever made the report. */
function enclosedLines(picture: Picture, rows: readonly AttemptRow[]): readonly EnclosedLine[] {
  const wanted = new Map(rows.map((row) => [row.seq, row]));
  const lines: EnclosedLine[] = [];
  for (let at = 0; at < picture.length && lines.length < wanted.size; at++) {
    const row = wanted.get(picture.seq[at]!);
    if (row !== undefined) lines.push({ at, text: row.text, input: basename(row.input), line: row.line });
  }
  return lines;
}

/** 1 where there are few enough for all to be exact. */
function timeStepOf(picture: Picture): number {
  if (picture.length <= MANY_ATTEMPTS) return 1;
  return Math.max(1, Math.floor((picture.time[picture.length - 1] ?? 0) / COLUMNS));
}

interface Template {
  readonly script: string;
  readonly style: string;
}

function templateOf(page: (path: string) => Uint8Array | null): Template {
  const text = (path: string) => {
    const bytes = page(path);
    if (bytes !== null) return new TextDecoder().decode(bytes);
    throw new Trouble(
      'not-readable',
      'this slowbrute was built without its page, which an HTML report is made of',
      'npm run build makes it; --format text and --format json need nothing.',
    );
  };
  return { script: text('web/report/report.js'), style: text('web/report/report.css') };
}

/** Bytes are ASCII but for the page's own texts, so that its length in characters is nearly its length in bytes. */
function fileOf({ script, style }: Template, data: string): string {
  // neither may end its element early; in the built page nothing does, and this keeps it so
  const code = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const look = style.replaceAll('</style', '<\\/style');
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(code)}'`,
    `style-src '${hashOf(look)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="generator" content="slowbrute">',
    '<title>slowbrute</title>',
    `<style>${look}</style>`,
    '</head>',
    '<body>',
    '<div id="page"></div>',
    '<noscript>This report draws with a script of its own, which this browser has switched off.</noscript>',
    `<script type="application/octet-stream" id="enclosed">${data}</script>`,
    `<script>${code}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
