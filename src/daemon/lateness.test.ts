import { expect, it } from 'vitest';
import { Lateness } from './lateness.ts';

const at = (time: number, input: string) => ({ time, name: { input, line: 1, nth: 0 } });
const NOW = 1_800_000_000;

it('what a sensor sends a day late is not judged live, nor moves the clock; what is read here is judged as it is', () => {
  const lateness = new Lateness();
  expect(lateness.isLate(at(NOW - 90 * 86_400, 'collector a:1'))).toBe(false); // the first there is
  expect(lateness.isLate(at(NOW, 'collector a:1'))).toBe(false);
  expect(lateness.isLate(at(NOW - 80_000, 'collector a:1'))).toBe(false);
  expect(lateness.isLate(at(NOW - 90_000, 'collector a:1'))).toBe(true);
  expect(lateness.isLate(at(NOW - 90_000, '/var/log/auth.log'))).toBe(false);
  expect(lateness.latest).toBe(NOW);
});
