/**
 * The page's own files, as `npm run build` put them into dist/web. They are listed once at the start and looked up by name alone, so
 * that no path leads anywhere else; those in `assets/` have a hash in their name and may be kept for ever.
 */
import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Context } from 'hono';
import { part, partsIn } from '../../built/parts.ts';
import type { WebApp, WebEnv } from './context.ts';
import { matches } from './picture-answer.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};
const YEAR_SECONDS = 31_536_000;
/** What is compressed pays off from here on. */
const LEAST_COMPRESSED = 1024;

interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  compressed: Promise<Uint8Array<ArrayBuffer>> | null;
}

/** `folder`: which parts of the program it is (src/built/parts.ts); where there are none, the page says so. */
export function page(app: WebApp, folder = 'web'): void {
  const files = filesIn(folder);
  const index = files.get('index.html') ?? null;
  app.on(['GET', 'HEAD'], '/', (c) => (index === null ? noPage(c) : fileAnswer(c, index, false)));
  app.on(['GET', 'HEAD'], ['/assets/*', '/favicon.ico', '/favicon.svg'], (c) => {
    const file = files.get(c.req.path.slice(1));
    return file === undefined ? c.notFound() : fileAnswer(c, file, c.req.path.startsWith('/assets/'));
  });
}

async function fileAnswer(c: Context<WebEnv>, file: PageFile, isForEver: boolean): Promise<Response> {
  c.header('etag', file.etag);
  c.header('cache-control', isForEver ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
  c.header('vary', 'accept-encoding');
  if (matches(c.req.header('if-none-match'), file.etag)) return c.body(null, 304);
  c.header('content-type', file.type);
  const wantsBrotli = /\bbr\b/.test(c.req.header('accept-encoding') ?? '');
  if (!wantsBrotli || file.bytes.length < LEAST_COMPRESSED || file.type.startsWith('image/p'))
    return c.body(file.bytes);
  file.compressed ??= compressed(file.bytes);
  c.header('content-encoding', 'br');
  return c.body(await file.compressed);
}

async function compressed(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  return new Uint8Array(await promisify(brotliCompress)(bytes, { params }));
}

function noPage(c: Context<WebEnv>): Response {
  return c.text('This slowbrute was built without its page. The API is at /api/v1/.\n', 200);
}

/** By their path in `folder`, with slashes. */
function filesIn(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const path of partsIn(folder)) {
    const type = TYPES[extname(path)];
    const bytes = type === undefined ? null : part(path);
    if (type === undefined || bytes === null) continue;
    const etag = `"${createHash('sha1').update(bytes).digest('base64url')}"`;
    files.set(path.slice(folder.length + 1), { bytes, type, etag, compressed: null });
  }
  return files;
}
