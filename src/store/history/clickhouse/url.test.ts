import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClickHouseUrl, clickHousePlace, isClickHouseUrl, shownUrl } from './url.ts';

const wrong = (url: ClickHouseUrl) => {
  try {
    clickHousePlace(url);
  } catch (error) {
    return (error as Error).message;
  }
  return null;
};

describe('the URL of a history in ClickHouse', () => {
  it('names a server, a user and a database', () => {
    expect(
      clickHousePlace('clickhouse://keeper:p%40ss%2Fword@host.example:9123/fleet?writer=a&site=b'),
    ).toEqual({
      isTls: false,
      hosts: [{ host: 'host.example', port: 9123 }],
      user: 'keeper',
      password: 'p@ss/word',
      database: 'fleet',
      cluster: null,
      site: 'b',
      writer: 'a',
      authority: null,
      copies: 2,
    });
  });

  it('has the usual ports, and the user default', () => {
    expect(clickHousePlace('clickhouse://host.example/x')).toMatchObject({
      user: 'default',
      password: '',
      hosts: [{ port: 8123 }],
    });
    expect(clickHousePlace('clickhouses://host.example/x')).toMatchObject({
      isTls: true,
      hosts: [{ port: 8443 }],
    });
  });

  it('lists the hosts of a cluster', () => {
    const { hosts, cluster } = clickHousePlace('clickhouse://a:1,192.0.2.1,[2001:db8::1]:3/x?cluster=fleet');
    expect(cluster).toBe('fleet');
    expect(hosts).toEqual([
      { host: 'a', port: 1 },
      { host: '192.0.2.1', port: 8123 },
      { host: '[2001:db8::1]', port: 3 },
    ]);
  });

  it('says what is wrong with it, and never the password', () => {
    for (const [url, what] of [
      ['clickhouse://a,b/x', 'several hosts are no cluster'],
      ['clickhouse://a/', 'cannot name a database'],
      ['clickhouse://a', 'cannot name a database'],
      ['clickhouse://u:secret@a/x y', 'cannot name a database'],
      ['clickhouse://u:secret@a/x/y', 'it goes on after the database'],
      ['clickhouse://u:secret@a/x?clutser=y', "there is no 'clutser'"],
      ['clickhouse://u:secret@a/x?cluster=a-b', 'cannot name a cluster'],
      ['clickhouse://u:secret@a/x?writer=', 'the writer has no name'],
      ['clickhouse://u:secret@a/x?copies=0', 'copies=0'],
      ['clickhouse://u:secret@a b/x', 'is no host'],
      ['clickhouse://u:secret@a:99999/x', 'is no host'],
      ['clickhouse://u:%zz@a/x', 'stands for itself as %25'],
    ] as const) {
      expect(wrong(url)).toContain(what);
      expect(wrong(url)).not.toContain('secret');
    }
    expect(shownUrl('clickhouse://u:secret@a/x')).toBe('clickhouse://u:***@a/x');
    expect(isClickHouseUrl('duckdb')).toBe(false);
  });

  it('has its password in a file that is nobody else’s', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slowbrute-url-'));
    const file = join(folder, 'password');
    try {
      writeFileSync(file, 'a:b@c\n', { mode: 0o600 });
      expect(clickHousePlace(`clickhouse://u@a/x?password-file=${file}`).password).toBe('a:b@c');
      expect(wrong(`clickhouse://u:p@a/x?password-file=${file}`)).toContain('two passwords');
      expect(wrong(`clickhouse://u@a/x?password-file=${file}.no`)).toContain('cannot be read');
      writeFileSync(join(folder, 'open'), 'x', { mode: 0o604 });
      expect(wrong(`clickhouse://u@a/x?password-file=${join(folder, 'open')}`)).toContain(
        'open to everybody',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
