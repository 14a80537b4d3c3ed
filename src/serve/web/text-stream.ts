/** Pieces of text as a body that is made as the client takes it: a slow client holds one piece, and one that has gone nothing. */

/** Characters in one write: each costs more than making it. */
const PIECE = 64 * 1024;
/** A client that takes nothing for so long has gone. */
const PATIENCE_MS = 60_000;

/** An error of `pieces` breaks the connection off: whoever reads the text sees that it has no end. */
export function textStream(
  pieces: AsyncIterable<string> | Iterable<string>,
  patienceMs = PATIENCE_MS,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator: AsyncIterator<string> | Iterator<string> =
    Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  let patience: NodeJS.Timeout | undefined;
  const end = async () => {
    clearTimeout(patience);
    await iterator.return?.();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(patience);
        let piece = '';
        let isOver = false;
        while (piece.length < PIECE) {
          const next = await iterator.next();
          if (next.done === true) {
            isOver = true;
            break;
          }
          piece += next.value;
        }
        if (piece !== '') controller.enqueue(encoder.encode(piece));
        if (isOver) {
          controller.close();
          return;
        }
        patience = setTimeout(() => {
          void end();
          controller.error(new Error('nobody takes the text'));
        }, patienceMs);
        patience.unref();
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}
