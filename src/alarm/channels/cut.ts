/** Texts for channels that take only so many bytes. */

/** What ends a text that was cut. */
const MORE = '\n(cut; slowbrute history has the rest)';

/** `text` if it has at most so many bytes of UTF-8, else its beginning, no character cut in two, and a word about it. */
export function cutBytes(text: string, most: number, more = MORE): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= most) return text;
  const room = Math.max(0, most - Buffer.byteLength(more));
  let end = room;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return `${bytes.subarray(0, end).toString('utf8')}${more}`;
}
