import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksum, type Entry, tar, tarEntry, zip } from '../../../tests/read/pack.ts';
import { Damage } from '../decode/damage.ts';
import { Archive } from './archive.ts';
import { isTarHeader, tarMembers } from './tar.ts';
import { zipMembers } from './zip.ts';

// oxlint-disable-next-line require-await -- an async generator, as all bytes come
async function* chunksOf(bytes: Buffer, size = 700): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all).toString();
}

async function members(of: typeof tarMembers, bytes: Buffer, size?: number) {
  const found: [string, string][] = [];
  try {
    for await (const member of of(chunksOf(bytes, size)))
      found.push([member.name, await textOf(member.body)]);
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return { found, damage: error.reason };
  }
  return { found, damage: null };
}

const LOG = 'Nov 19 15:04:22 host sshd[1]: Invalid user alias from 192.0.2.1\n';
const ENTRIES: readonly Entry[] = [
  { name: './auth.log', bytes: LOG },
  { name: 'empty.log', bytes: '' },
  { name: 'var/log/auth.log.1', bytes: LOG.repeat(100) },
];
const EXPECTED = ENTRIES.map(({ name, bytes }) => [name.replace('./', ''), bytes]);

const pax = (records: Readonly<Record<string, string>>) =>
  tarEntry({
    name: 'pax',
    type: 'x',
    bytes: Object.entries(records)
      .map(([key, value]) => {
        const rest = ` ${key}=${value}\n`;
        let length = rest.length + 1;
        while (String(length).length + rest.length !== length) length++;
        return `${length}${rest}`;
      })
      .join(''),
  });

describe('tar', () => {
  it.each([1, 511, 512, 513, 100_000])('gives its files, in chunks of %i bytes', async (size) => {
    expect(await members(tarMembers, tar(ENTRIES), size)).toEqual({ found: EXPECTED, damage: null });
  });

  it('passes over what is no file, and what such a thing claims to hold', async () => {
    const odd: readonly Entry[] = [
      { name: 'var/', type: '5' },
      { name: 'link', type: '2', linkName: '/etc/passwd' },
      { name: 'hard', type: '1', linkName: 'auth.log' },
      { name: 'pipe', type: '6' },
      { name: 'device', type: '3' },
      { name: 'volume', type: 'V' },
      { name: 'sparse', type: 'S', bytes: LOG },
      { name: 'global', type: 'g', bytes: '20 comment=whatever\n' },
      { name: 'unknown', type: 'Q', bytes: LOG },
    ];
    expect(await members(tarMembers, tar([...odd, ...ENTRIES, ...odd]))).toEqual({
      found: EXPECTED,
      damage: null,
    });
  });

  it('takes long names of pax, of GNU and of ustar, and names a hostile path what it is called', async () => {
    const long = `${'deep/'.repeat(60)}auth.log`;
    const archive = Buffer.concat([
      pax({ path: long, mtime: '1.5' }),
      tarEntry({ name: 'short', bytes: '1' }),
      tarEntry({ name: '././@LongLink', type: 'L', bytes: `${long}.2\0` }),
      tarEntry({ name: 'short', bytes: '2' }),
      tarEntry({ name: 'auth.log', prefix: 'var/log', bytes: '3' }),
      tarEntry({ name: '../../../etc/shadow', bytes: '4' }),
      Buffer.alloc(1024),
    ]);
    expect((await members(tarMembers, archive)).found).toEqual([
      [long, '1'],
      [`${long}.2`, '2'],
      ['var/log/auth.log', '3'],
      ['../../../etc/shadow', '4'],
    ]);
  });

  it('passes over sparse files of pax', async () => {
    const sparse = Buffer.concat([pax({ 'GNU.sparse.major': '1' }), tarEntry({ name: 'holes', bytes: LOG })]);
    expect((await members(tarMembers, Buffer.concat([sparse, tar(ENTRIES)]))).found).toEqual(EXPECTED);
  });

  it('takes sizes beyond octal, and archives one behind the other', async () => {
    const header = tarEntry({ name: 'big', bytes: LOG });
    header.fill(0, 124, 136);
    header[124] = 0x80;
    header.writeUInt32BE(LOG.length, 132);
    checksum(header);
    expect((await members(tarMembers, Buffer.concat([tar(ENTRIES), header, tar([])]))).found).toEqual([
      ...EXPECTED,
      ['big', LOG],
    ]);
  });

  it.each<[string, Buffer, string]>([
    ['ends within a file', tar(ENTRIES).subarray(0, 3000), 'end-too-early'],
    ['ends within a header', tar(ENTRIES).subarray(0, 1100), 'end-too-early'],
    ['has a header that is none', Buffer.concat([tarEntry(ENTRIES[0]!), Buffer.alloc(512, 'x')]), 'damaged'],
    [
      'has a file of 2^60 bytes',
      (() => {
        const header = tarEntry({ name: 'vast' });
        header.fill(0, 124, 136);
        header[124] = 0x90;
        header[128] = 16;
        checksum(header);
        return header;
      })(),
      'damaged',
    ],
    [
      'has an extended header of a gigabyte',
      (() => {
        const header = tarEntry({ name: 'pax', type: 'x' });
        header.write('07777777777\0', 124);
        checksum(header);
        return header;
      })(),
      'damaged',
    ],
  ])('that %s gives what came before', async (_, bytes, reason) => {
    expect((await members(tarMembers, bytes)).damage).toBe(reason);
  });

  it('needs no zeros at its end', async () => {
    const bytes = Buffer.concat(ENTRIES.map(tarEntry));
    expect(await members(tarMembers, bytes)).toEqual({ found: EXPECTED, damage: null });
  });

  it('is not seen in a log', () => {
    const log = Buffer.from(LOG.padEnd(257, 'x') + 'ustar'.padEnd(255, 'y'));
    expect(isTarHeader(log)).toBe(false);
  });

  it('survives any change of any byte', async () => {
    const good = tar(ENTRIES);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), async (at, byte) => {
        const bad = Buffer.from(good);
        bad[at] = byte;
        const { found } = await members(tarMembers, bad);
        expect(found.length).toBeLessThanOrEqual(ENTRIES.length);
      }),
    );
  });
});

describe.each([false, true])('zip, sizes behind the bytes: %s', (behind) => {
  it.each([1, 29, 100_000])('gives its files, in chunks of %i bytes', async (size) => {
    expect(await members(zipMembers, zip(ENTRIES, behind), size)).toEqual({ found: EXPECTED, damage: null });
  });

  it('gives what came before its damage', async () => {
    const bytes = zip(ENTRIES, behind);
    expect(await members(zipMembers, bytes.subarray(0, 200))).toMatchObject({ damage: 'end-too-early' });
  });

  it('survives any change of any byte', async () => {
    const good = zip(ENTRIES, behind);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), async (at, byte) => {
        const bad = Buffer.from(good);
        bad[at] = byte;
        await members(zipMembers, bad);
      }),
    );
  });
});

describe('zip', () => {
  it('that is encrypted, or packed in another way, says so', async () => {
    for (const [at, value] of [
      [6, 1],
      [8, 12],
    ] as const) {
      const bytes = zip(ENTRIES);
      bytes.writeUInt16LE(value, at);
      expect(await members(zipMembers, bytes)).toEqual({ found: [], damage: 'not-supported' });
    }
  });
});

describe('members in the order in which they are wanted', () => {
  const PIECES = Array.from({ length: 12 }, (_, i) => ({
    name: `auth.log.${i}`,
    bytes: LOG.replaceAll('sshd[1]', `sshd[${i}]`).repeat(3000 + i),
  }));

  async function read(archiveBytes: Buffer, order: readonly number[], most: number, canReopen = true) {
    let opened = 0;
    const open = () => {
      opened++;
      return Promise.resolve(chunksOf(archiveBytes, 65_536));
    };
    const archive = await Archive.list('a.tar', 'tar', await open(), canReopen ? open : null, most);
    const texts: string[] = [];
    for await (const { chunks } of archive.contents(order)) texts.push(await textOf(chunks));
    return { texts, opened, archive };
  }

  it.each([0, 3000, 20_000, 1 << 26])('whatever there is room for (%i bytes)', async (most) => {
    const order = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0];
    const { texts, opened } = await read(tar(PIECES), order, most);
    expect(texts).toEqual(order.map((i) => PIECES[i]!.bytes));
    if (most === 1 << 26) expect(opened).toBe(1);
    if (most === 0) expect(opened).toBe(13);
  });

  it('is trouble for a pipe where there is no room', async () => {
    await expect(read(tar(PIECES), [11, 0], 1000, false)).rejects.toMatchObject({
      code: 'not-readable',
      remedy: 'Save the archive to a file and name that.',
    });
  });

  it('lists login logs alone where there are any, and else what may be text', async () => {
    const photo = { name: 'photo', bytes: Buffer.alloc(5000, '\x01\0') };
    const other = { name: 'syslog', bytes: LOG };
    const hidden = { name: 'dir/._auth.log', bytes: LOG };
    const names = async (entries: readonly Entry[]) => {
      const { archive } = await read(tar(entries), [], 1 << 20);
      return [archive.members.map(({ name }) => name), archive.otherFiles];
    };
    expect(await names([other, photo, hidden, ...PIECES.slice(0, 2)])).toEqual([
      ['auth.log.0', 'auth.log.1'],
      1,
    ]);
    expect(await names([other, photo, hidden])).toEqual([['syslog'], 1]);
    expect(await names([{ name: 'a.gz', bytes: gzipSync(LOG) }])).toEqual([['a.gz'], 0]);
  });
});
