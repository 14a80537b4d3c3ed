/**
 * UTF-16 to UTF-8: what PowerShell's `>` and older event viewers write. Told by the mark at the beginning (RFC 2781
 * section 3.2); without one it is not known which of two bytes comes first.
 */

/** The encoding of a file that begins with `head`; null where it is not marked as UTF-16. */
export function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : null;
}

/** The text as UTF-8, without the mark; what is no UTF-16 becomes U+FFFD. */
export async function* utf8Of(
  chunks: AsyncIterable<Buffer>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}
