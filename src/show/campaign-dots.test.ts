// What a picture of a campaign is drawn from.
import { describe, expect, it } from 'vitest';
import { AttemptTableBuilder } from '../model/table.ts';
import { campaignDots } from './campaign-dots.ts';

describe('the dots of a campaign', () => {
  const builder = new AttemptTableBuilder();
  const names = ['alice', 'bob', 'carol', 'dave'];
  const tried = Array.from({ length: 19 }, (_, i) => names[Math.floor(i / 5)]!);
  [...tried, 'alice'].forEach((user, i) => {
    builder.append({
      time: 1000 + i,
      sensor: 'host',
      service: 'sshd',
      source: `192.0.2.${i + 1}`,
      user,
      known: false,
      success: false,
      method: 'password',
    });
  });
  const table = builder.finish();
  const rows = Uint32Array.from({ length: table.length }, (_, i) => i);

  it('names the first and the last row, whatever was tried last', () => {
    const dots = campaignDots(table, { rows });
    expect(dots?.first).toBe('alice');
    expect(dots?.last).toBe('dave');
    expect(dots?.names).toBe(4);
    expect(dots?.name.at(-1)).toBe(0);
  });

  it('is none of a few attempts', () => {
    expect(campaignDots(table, { rows: rows.slice(0, 10) })).toBeNull();
  });
});
