/**
 * Writes small MaxMind DB files for tests, after the specification (https://maxmind.github.io/MaxMind-DB/, version 2.0): a binary
 * tree of 24-bit records, a separator, the data, the metadata. IPv4 networks stand at ::/96 of an IPv6 tree.
 */
export type Value = string | number | { readonly [key: string]: Value } | readonly Value[];

export interface Network {
  /** Bits of the prefix, as `0` and `1`: 32 of IPv4 stand behind 96 zeros. */
  readonly bits: string;
  readonly value: Value;
}

/** `203.0.113.0/24` or `2001:db8::/32` (without a dotted part) as bits of an IPv6 tree. */
export function bitsOf(network: string): string {
  const [address = '', length = '0'] = network.split('/');
  if (address.includes(':')) {
    const [left = '', right = ''] = address.split('::');
    const groups = (text: string) =>
      text === '' ? [] : text.split(':').map((one) => Number.parseInt(one, 16));
    const missing = 8 - groups(left).length - groups(right).length;
    const all = [...groups(left), ...new Array<number>(missing).fill(0), ...groups(right)];
    return all
      .map((group) => group.toString(2).padStart(16, '0'))
      .join('')
      .slice(0, Number(length));
  }
  const bits = address.split('.').map((one) => Number(one).toString(2).padStart(8, '0'));
  return '0'.repeat(96) + bits.join('').slice(0, Number(length));
}

export function mmdb(type: string, networks: Readonly<Record<string, Value>>, more: object = {}): Buffer {
  const nodes: [number | Data | null, number | Data | null][] = [[null, null]];
  const data: Buffer[] = [];
  let at = 0;
  for (const [network, value] of Object.entries(networks)) {
    const bytes = encoded(value);
    const here: Data = { offset: at };
    data.push(bytes);
    at += bytes.length;
    let node = 0;
    const bits = bitsOf(network);
    for (const [i, bit] of Array.from(bits).entries()) {
      const side = bit === '1' ? 1 : 0;
      if (i === bits.length - 1) {
        nodes[node]![side] = here;
        break;
      }
      const next = nodes[node]![side];
      if (typeof next === 'number') node = next;
      else {
        nodes.push([null, null]);
        nodes[node]![side] = nodes.length - 1;
        node = nodes.length - 1;
      }
    }
  }
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [i, sides] of nodes.entries())
    for (const [side, to] of sides.entries())
      tree.writeUIntBE(
        to === null ? nodes.length : typeof to === 'number' ? to : nodes.length + 16 + to.offset,
        i * 6 + side * 3,
        3,
      );
  const metadata = encoded({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
    database_type: type,
    description: { en: `${type} made for a test` },
    ip_version: 6,
    languages: ['en'],
    node_count: nodes.length,
    record_size: 24,
    ...more,
  });
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'),
    metadata,
  ]);
}

interface Data {
  readonly offset: number;
}

function encoded(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encoded)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, one]) => [encoded(key), encoded(one as Value)]),
  ]);
}

/** Types above 7 are extended: a zero, then the type less 7 in a byte of its own. */
function control(type: number, size: number): Buffer {
  const head = type < 8 ? type << 5 : 0;
  const kind = type < 8 ? [] : [type - 7];
  if (size < 29) return Buffer.from([head | size, ...kind]);
  return Buffer.from([head | 29, ...kind, size - 29]);
}
