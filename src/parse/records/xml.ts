/**
 * As much of XML 1.0 as Windows writes for an event: elements, attributes, text, the five named references and numbered
 * ones; declarations, comments and CDATA. No document types, so nothing expands. One pass over the text.
 */

export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside. */
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Events have five levels. */
const DEEPEST = 50;

/** The first element of a text; null where it is not well-formed. */
export function parseXml(text: string): XmlElement | null {
  const open: Open[] = [];
  let i = text.indexOf('<');
  while (i >= 0) {
    if (text.startsWith('<!--', i)) {
      i = skip(text, '-->', i);
    } else if (text.startsWith('<![CDATA[', i)) {
      const end = text.indexOf(']]>', i);
      if (end < 0) return null;
      const inside = open.at(-1);
      if (inside !== undefined) inside.text += text.slice(i + 9, end);
      i = end + 3;
    } else if (text.startsWith('<?', i)) {
      i = skip(text, '?>', i);
    } else if (text.startsWith('<!', i)) {
      return null;
    } else if (text.startsWith('</', i)) {
      const end = text.indexOf('>', i);
      const element = open.pop();
      if (end < 0 || element === undefined || localName(text.slice(i + 2, end).trim()) !== element.name)
        return null;
      const parent = open.at(-1);
      if (parent === undefined) return element;
      parent.children.push(element);
      i = end + 1;
    } else {
      const tag = TAG.exec(text.slice(i, i + LONGEST_TAG));
      if (tag === null || open.length >= DEEPEST) return null;
      const element: Open = {
        name: localName(tag[1]!),
        attributes: attributesOf(tag[2]!),
        children: [],
        text: '',
      };
      if (tag[3] === '/') {
        const parent = open.at(-1);
        if (parent === undefined) return element;
        parent.children.push(element);
      } else open.push(element);
      i += tag[0].length;
    }
    if (i < 0) return null;
    const next = text.indexOf('<', i);
    if (next < 0) return null;
    const inside = open.at(-1);
    if (inside !== undefined && next > i) inside.text += unescapeXml(text.slice(i, next));
    i = next;
  }
  return null;
}

const LONGEST_TAG = 4096;
const TAG = /^<([\w:.-]{1,100})((?:\s+[\w:.-]{1,100}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, double, single] of text.matchAll(ATTRIBUTE))
    attributes.set(localName(name!), unescapeXml(double ?? single ?? ''));
  return attributes;
}

function skip(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  return at < 0 ? -1 : at + end.length;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return NAMED[name]!;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
