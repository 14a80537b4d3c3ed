/**
 * A picture as an answer. It is made of pieces that go out one after the other as the client takes them, so that a slow one holds one
 * picture and no copy of it; at most {@link MOST_AT_ONCE} pictures are under way, and one that nobody takes is given up.
 */
import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { bytesOf, encodePicture, PICTURE_TYPE } from '../../view/picture.ts';
import type { Site } from '../../view/site.ts';
import { problemAnswer } from './answers.ts';
import { Slots } from './slots.ts';

/** A picture of a million attempts is 25 MB: as many as this at once are what a small daemon has to spare. */
const MOST_AT_ONCE = 2;
/** Bytes in one piece. */
const PIECE = 256 * 1024;
/** A client that takes no piece for so long has gone. */
const PATIENCE_MS = 30_000;

/** Whoever asks beyond that waits so long for one that ends. */
const WAIT_MS = 10_000;

export const pictureSlots = () => new Slots(MOST_AT_ONCE);

export async function pictureAnswer(
  c: Context,
  slots: Slots,
  site: Site,
  asked: Parameters<Site['picture']>[0],
): Promise<Response> {
  const over = await slots.take(WAIT_MS);
  if (over === null) {
    c.header('retry-after', '1');
    return problemAnswer(c, 503, 'busy', 'other pictures are being fetched', 'Ask again in a second.');
  }
  try {
    const pieces = encodePicture(await site.picture(asked));
    const etag = etagOf(pieces);
    c.header('etag', etag);
    c.header('cache-control', 'private, no-cache');
    if (matches(c.req.header('if-none-match'), etag) || c.req.method === 'HEAD') {
      over();
      return c.req.method === 'HEAD' ? c.body(null, 200) : c.body(null, 304);
    }
    c.header('content-type', PICTURE_TYPE);
    c.header('content-length', String(bytesOf(pieces)));
    return c.body(streamOf(pieces, over));
  } catch (error) {
    over();
    throw error;
  }
}

/** Whether one of the tags that the client has is ours (RFC 9110, 13.1.2; the weak comparison). */
export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => {
    const tag = one.trim();
    return tag === '*' || tag.replace(/^W\//, '') === etag.replace(/^W\//, '');
  });
}

function etagOf(pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha1');
  for (const piece of pieces) hash.update(piece);
  return `"${hash.digest('base64url')}"`;
}

function streamOf(pieces: readonly Uint8Array[], over: () => void): ReadableStream<Uint8Array> {
  let piece = 0;
  let at = 0;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(timer);
    over();
  };
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        clearTimeout(timer);
        while (pieces[piece] !== undefined && at >= pieces[piece]!.length) {
          piece++;
          at = 0;
        }
        const current = pieces[piece];
        if (current === undefined) {
          end();
          controller.close();
          return;
        }
        controller.enqueue(current.subarray(at, at + PIECE));
        at += PIECE;
        timer = setTimeout(() => {
          over();
          controller.error(new Error('nobody takes the picture'));
        }, PATIENCE_MS);
        timer.unref();
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}
