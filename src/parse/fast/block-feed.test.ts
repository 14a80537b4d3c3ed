/** Whatever the pieces, the blocks hold the same lines, and none of them is split. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../read/split.ts';
import { BlockFeed, type BlockTaker } from './block-feed.ts';

const SIZE = 64;

/** Blocks of 64 bytes; what was taken is overwritten, as a machine's next block would. */
function collecting() {
  const bytes = new Uint8Array(SIZE + 8);
  const lines: string[] = [];
  const taker: BlockTaker = {
    place: () => ({ bytes, at: 4, size: SIZE }),
    take: (from, to) => {
      expect(bytes[to - 1]).toBe(10);
      lines.push(
        ...Buffer.from(bytes.subarray(from, to - 1))
          .toString('latin1')
          .split('\n'),
      );
      bytes.fill(0);
    },
    takeLong: (line) => void lines.push(Buffer.from(line).toString('latin1')),
    settle: () => {},
  };
  return { lines, feed: new BlockFeed(taker) };
}

const line = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[a-z ]{0,20}$/) },
  fc.stringMatching(/^[a-z ]{30,300}$/),
);
const log = fc.tuple(fc.array(line, { maxLength: 40 }), fc.boolean());
const cuts = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 5 });

describe('blocks of whole lines', () => {
  it('hold every line, however the text comes in', () => {
    fc.assert(
      fc.property(log, cuts, ([texts, ends], sizes) => {
        const text = Buffer.from(texts.join('\n') + (ends && texts.length > 0 ? '\n' : ''));
        const expected: string[] = [];
        const splitter = new LineSplitter((one) => void expected.push(one));
        splitter.push(text);
        splitter.end();
        const { lines, feed } = collecting();
        for (let at = 0, i = 0; at < text.length; i++) {
          const size = sizes[i % sizes.length]!;
          feed.push(text.subarray(at, at + size));
          at += size;
        }
        feed.end();
        expect(lines).toEqual(expected);
        expect(feed.bytes).toBe(text.length);
      }),
    );
  });

  it('end with the last whole line where the text breaks off', () => {
    const { lines, feed } = collecting();
    feed.push(Buffer.from('one\ntwo\nthr'));
    feed.breakOff();
    expect(lines).toEqual(['one', 'two']);
  });

  it('give up what there is of the next line, for whoever reads on from there', () => {
    const { lines, feed } = collecting();
    feed.push(Buffer.from('one\ntwo\nthr'));
    expect(Buffer.from(feed.takeRest()).toString()).toBe('thr');
    expect(lines).toEqual(['one', 'two']);
  });
});
