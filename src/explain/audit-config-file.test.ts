import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesList, matchesPattern, settingsOfFile } from './audit-config-file.ts';
import { type Connection, isDump, releaseIn, settingsOfDump } from './audit-settings.ts';

const files: Record<string, readonly { path: string; text: string }[]> = {};
function read(text: string, more: { release?: string | null; connection?: Connection } = {}) {
  return settingsOfFile(
    { path: 'sshd_config', text },
    {
      release: more.release === undefined ? '9.2' : more.release,
      connection: more.connection ?? null,
      include: (pattern) => files[pattern] ?? [],
    },
  );
}
const get = (text: string, keyword: string, more = {}) => read(text, more).values.get(keyword);

describe('an sshd_config', () => {
  it('holds the first value of an option, however it is written', () => {
    const text =
      'passwordauthentication=no # comment\nPasswordAuthentication yes\n  MaxAuthTries   "3"\r\nUseDNS = yes';
    expect(get(text, 'passwordauthentication')).toEqual(['no']);
    expect(get(text, 'maxauthtries')).toEqual(['3']);
    expect(get(text, 'usedns')).toEqual(['yes']);
  });

  it('adds up options that may stand several times', () => {
    const text = 'AllowUsers alice bob@192.0.2.*\nAllowUsers carol\nPort 22\nPort 2222';
    expect(get(text, 'allowusers')).toEqual(['alice', 'bob@192.0.2.*', 'carol']);
    expect(get(text, 'port')).toEqual(['22', '2222']);
  });

  it.each([
    ['6.6', 'permitrootlogin', 'yes'],
    ['7.0', 'permitrootlogin', 'prohibit-password'],
    ['9.7', 'persourcepenalties', undefined],
    ['6.7', 'usedns', 'yes'],
    ['10.0', 'usedns', 'no'],
  ])('has the defaults of its release: %s, %s', (release, keyword, value) => {
    expect(get('', keyword, { release })?.[0]).toBe(value);
  });

  it('has the penalties of 9.8', () => {
    expect(get('', 'persourcepenalties', { release: '9.8' })?.[0]).toContain('authfail:5');
  });

  it('reads what it includes where it stands', () => {
    files['/etc/ssh/sshd_config.d/*.conf'] = [{ path: 'a.conf', text: 'PasswordAuthentication no' }];
    const include = 'Include /etc/ssh/sshd_config.d/*.conf';
    expect(get(`${include}\nPasswordAuthentication yes`, 'passwordauthentication')).toEqual(['no']);
    expect(get(`PasswordAuthentication yes\n${include}`, 'passwordauthentication')).toEqual(['yes']);
  });

  it('that includes itself comes to an end', () => {
    files.self = [{ path: 'self', text: 'Include self\nMaxAuthTries 2' }];
    expect(get('Include self', 'maxauthtries')).toEqual(['2']);
  });

  it('knows the old name of keyboard-interactive', () => {
    expect(get('ChallengeResponseAuthentication no', 'kbdinteractiveauthentication')).toEqual(['no']);
    expect(
      get('ChallengeResponseAuthentication no', 'kbdinteractiveauthentication', { release: '8.4' }),
    ).toEqual(['no']);
  });

  it('tells what is none of its words', () => {
    expect(read('PasswordAuthentication no\nFrobnicate yes').unknown).toEqual([
      { where: 'sshd_config, line 2', text: 'Frobnicate yes' },
    ]);
  });
});

describe('a Match block', () => {
  const text =
    'PasswordAuthentication yes\nMatch User bob,!carol Address 192.0.2.0/24\n  PasswordAuthentication no\nMatch All\nMaxAuthTries 2';
  it('overrides what stands outside, where it holds', () => {
    const connection = { user: 'bob', host: 'h.example', addr: '192.0.2.7' };
    expect(get(text, 'passwordauthentication', { connection })).toEqual(['no']);
    expect(get(text, 'passwordauthentication', { connection: { ...connection, user: 'eve' } })).toEqual([
      'yes',
    ]);
    expect(
      get(text, 'passwordauthentication', { connection: { ...connection, addr: '198.51.100.7' } }),
    ).toEqual(['yes']);
    expect(get(text, 'maxauthtries', { connection })).toEqual(['2']);
  });

  it('is left out and told where nobody says for whom, or it asks for a group', () => {
    expect(read(text).undecided).toEqual(['Match User bob,!carol Address 192.0.2.0/24']);
    const group = read('Match Group wheel\nPasswordAuthentication no', { connection: { user: 'bob' } });
    expect(group.undecided).toEqual(['Match Group wheel']);
    expect(group.values.get('passwordauthentication')).toEqual(['yes']);
  });

  it('of addresses knows networks of both families', () => {
    expect(matchesList('2001:db8::7', '2001:db8::/32', true)).toBe(true);
    expect(matchesList('2001:db9::7', '2001:db8::/32', true)).toBe(false);
    expect(matchesList('192.0.2.7', '192.0.2.*,!192.0.2.8', true)).toBe(true);
    expect(matchesList('192.0.2.8', '192.0.2.*,!192.0.2.8', true)).toBe(false);
  });
});

describe('patterns', () => {
  it('have no other signs than * and ?', () => {
    expect(matchesPattern('a+b', 'a+b')).toBe(true);
    expect(matchesPattern('aab', 'a+b')).toBe(false);
    expect(matchesPattern('alice', 'a*e')).toBe(true);
    expect(matchesPattern('alice', 'al?ce')).toBe(true);
  });
  it('of nothing but stars take no time', () => {
    expect(matchesPattern('a'.repeat(2000), `${'*'.repeat(200)}b`)).toBe(false);
  });
});

describe('whatever the text', () => {
  it('something comes of it, and nothing is thrown', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('Match', 'Match User', 'Match =', 'Include', 'PermitRootLogin', '"', "Match Address '"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const text = lines.join('\n');
        read(text, { connection: { user: 'bob', addr: '::' } });
        settingsOfDump(text, null);
        isDump(text);
        releaseIn(text);
      }),
    );
  });
});
