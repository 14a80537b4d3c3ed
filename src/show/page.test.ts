import { describe, expect, it } from 'vitest';
import { columns, inert, item, type Look, paragraph, printed, table } from './page.ts';
import { displayWidth, pieces } from './width.ts';

const look = (width: number, more: Partial<Look> = {}): Look => ({
  width,
  colour: false,
  all: false,
  unicode: true,
  ...more,
});
const texts = (lines: readonly { text: string }[]) => lines.map((line) => line.text);

describe('how wide a text is', () => {
  it.each([
    ['alias', 5],
    ['é', 1],
    ['e\u0301', 1],
    ['用户', 4],
    ['ｆｕｌｌ', 8],
    ['한글', 4],
    ['👍', 2],
    ['', 0],
  ])('%s takes %d columns', (text, width) => expect(displayWidth(text)).toBe(width));

  it('cuts between letters, not between a letter and its marks', () => {
    expect(pieces('ae\u0301bc', 2)).toEqual(['ae\u0301', 'bc']);
    expect(pieces('用户名', 5)).toEqual(['用户', '名']);
  });
});

describe('a paragraph', () => {
  it('breaks at words and hangs', () => {
    const lines = item('-', 'one two three four five six seven eight nine', look(40), { indent: 2 });
    expect(texts(lines)).toEqual(['  - one two three four five six seven', '    eight nine']);
  });
  it('breaks a word that is wider than the page', () => {
    expect(texts(paragraph(`to ${'x'.repeat(50)}`, look(40)))).toEqual([
      'to',
      'x'.repeat(40),
      'x'.repeat(10),
    ]);
  });
  it('treats a page narrower than 40 columns as 40', () => {
    expect(texts(paragraph('x'.repeat(41), look(3)))).toEqual(['x'.repeat(40), 'x']);
    expect(texts(paragraph('x'.repeat(41), look(Number.NaN)))).toEqual(['x'.repeat(40), 'x']);
  });
  it('is no wider than prose can be read, on however wide a terminal', () => {
    for (const line of paragraph('word '.repeat(100), look(400)))
      expect(line.text.length).toBeLessThanOrEqual(100);
  });
});

describe('a table', () => {
  it('lines figures up to the right and gives a long name a line of its own', () => {
    const rows = [
      ['203.0.113.9', '4', '2008-11-19'],
      ['a-very-long-name-of-a-host.example', '12', '2008-11-20'],
    ];
    expect(texts(table(['source', 'tries', 'day'], rows, look(40), 1))).toEqual([
      ' source                tries         day',
      ' 203.0.113.9               4  2008-11-19',
      ' a-very-long-name-of-a-host.example',
      '                          12  2008-11-20',
    ]);
  });
});

describe('columns', () => {
  it('are read downwards, as ls has them', () => {
    expect(texts(columns(['a'.repeat(15), 'b', 'c', 'd', 'e'], look(40), 2))).toEqual([
      `  ${'a'.repeat(15)}  d`,
      `  b${' '.repeat(16)}e`,
      '  c',
    ]);
  });
  it('of nothing are no lines', () => expect(columns([], look(40), 2)).toEqual([]));
});

describe('what reaches the terminal', () => {
  it('never acts on it', () => {
    expect(inert('a\u001b[2J\r\n\u009b\u202e', true)).toBe(String.raw`a\x1b[2J\x0d\x0a\x9b\u{202e}`);
  });
  it('is ASCII where the terminal has no more: the second byte of Û in UTF-8 is CSI to an 8-bit terminal', () => {
    expect(inert('Û…', false)).toBe(String.raw`\xdb...`);
  });
  it('is coloured when asked, whatever the environment of the process says', () => {
    expect(printed([{ text: 'in', tone: 'alarm' }], look(40, { colour: true }))).toBe(
      '\u001b[1m\u001b[31min\u001b[39m\u001b[22m\n',
    );
    expect(printed([{ text: 'in', tone: 'alarm' }], look(40))).toBe('in\n');
  });
});
