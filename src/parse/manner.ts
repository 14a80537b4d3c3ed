/**
 * What the rules of attempts make of a method's name: its code, whether it is a key, and whether the user is prompted. Two
 * names of one manner (`keyboard-interactive/pam`, `keyboard-interactive/bsdauth`) are one to them, and to the byte machine.
 */
import { methodCode } from '../model/table.ts';

/** Methods that clients try unasked, with every key they have. */
export function isKey(method: string): boolean {
  return method === 'publickey' || method === 'hostbased';
}

/** The code of a method in bits 0 to 3, 16 for a key, 32 for one that prompts; 0 where none was told. */
export function mannerOf(method: string | null): number {
  if (method === null) return 0;
  return methodCode(method) | (isKey(method) ? 16 : 0) | (method.startsWith('keyboard-interactive') ? 32 : 0);
}
