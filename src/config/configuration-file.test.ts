import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Trouble } from '../model/error.ts';
import {
  checkConfiguration,
  configurationJsonSchema,
  defaultConfiguration,
  readConfiguration,
} from './configuration-file.ts';
import { EXAMPLE } from './example.ts';

const trouble = (text: string): Trouble => {
  try {
    checkConfiguration(text, 'a.toml');
  } catch (error) {
    if (error instanceof Trouble) return error;
    throw error;
  }
  throw new Error('it was taken');
};

describe('a configuration', () => {
  it('may be empty: everything has a default', () => {
    expect(checkConfiguration('', 'a.toml')).toEqual(defaultConfiguration());
    expect(defaultConfiguration().block.with).toEqual([]);
  });

  it('is right as the example has it, as it is and with every comment taken off', () => {
    expect(checkConfiguration(EXAMPLE, 'example')).toBeDefined();
    const bare = EXAMPLE.replaceAll(/^#(?=[[a-z])/gm, '').replace(
      'file = "/var/log/auth.log"\n[[input]]\njournal',
      'file = "/var/log/auth.log"\n[[input]]\njournal',
    );
    const set = checkConfiguration(bare, 'example');
    expect(set.input).toHaveLength(3);
    expect(set.block.with).toEqual(['nftables']);
    expect(set.alarm.email).toHaveLength(1);
  });

  it.each([
    ['[blok]\n', 'blok is no key; did you mean block?'],
    ['[block]\nalow = []', 'block.alow is no key; did you mean allow?'],
    [
      '[block]\nallow = ["010.1.1.1"]',
      'block.allow[1]: must be an address or a network such as 192.0.2.7 or 2001:db8::/32',
    ],
    ['[block]\nallow = ["192.0.2.0/33"]', 'block.allow[1]: must be an address'],
    ['[block]\nallow = ["fe80::1%eth0"]', 'block.allow[1]: must be an address'],
    ['[block]\nwith = ["command"]', 'block.command: with = ["command"] needs a table [block.command]'],
    ['[[input]]\nfile = "a"\njournal = true', 'input[1]: names exactly one of: file, journal, syslog, stdin'],
    ['[[input]]\nsyslog = "tls://0.0.0.0:6514"', 'input[1]: tls:// needs certificate and key'],
    ['[detection]\nfalse-campaigns-per-year = 0', 'detection.false-campaigns-per-year'],
    ['[history]\nengine = "mysql"', 'history.engine'],
    ['[[alarm.command]]\nrun = ["a"]\n[[alarm.command]]\nrun = ["b"]', 'there are two called command'],
    ['x = ', 'line 1, column 5'],
    ['a = 1\na = 2', 'line 2'],
  ])('%j is told with its key or place', (text, message) => {
    const { code, message: told, remedy } = trouble(text);
    expect(code).toBe('bad-config');
    expect(told).toContain(message);
    expect(told).toContain('a.toml');
    expect(remedy).not.toBe('');
  });

  it('tells everything that is wrong at once', () => {
    const { message } = trouble('[blok]\n[log]\nlevel = "loud"\n[history]\ndays = 0\n');
    for (const part of ['blok', 'log.level', 'history.days']) expect(message).toContain(part);
  });

  it('says which file is missing', () => {
    expect(() => readConfiguration('/nowhere/a.toml')).toThrow('/nowhere/a.toml: there is no such file');
  });

  it('is never taken for right by chance, and never a bug: any text is a configuration or a trouble', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          checkConfiguration(text, 'a.toml');
        } catch (error) {
          expect(error).toBeInstanceOf(Trouble);
        }
      }),
    );
  });

  it('has a JSON Schema in which every key says what it is for', () => {
    const bare: string[] = [];
    const look = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties = {}, items } = schema as { properties?: Record<string, unknown>; items?: unknown };
      for (const [key, value] of Object.entries(properties)) look(value, `${path}.${key}`);
      if (items !== undefined) look(items, `${path}[]`);
      const isLeaf = Object.keys(properties).length === 0;
      if (isLeaf && !path.endsWith('[]') && !('description' in schema)) bare.push(path);
    };
    look(configurationJsonSchema(), '');
    expect(bare.filter((path) => !path.startsWith('.alarm'))).toEqual([]);
  });
});
