/**
 * Texts as every engine keeps and orders them. JavaScript's strings are UTF-16 and may hold lone surrogates, databases
 * hold UTF-8: what is put in is made well-formed first, so that all engines give back the same, and texts are ordered by
 * code point, which is the order of their bytes in UTF-8 (and not that of `<` in JavaScript beyond U+FFFF).
 */

interface WellFormed {
  isWellFormed(): boolean;
  toWellFormed(): string;
}

/** `text` with lone surrogates as U+FFFD. (The methods are of ES2024; Node 20 has them, its types have not.) */
export function wellFormed(text: string): string {
  const it = text as unknown as WellFormed;
  return it.isWellFormed() ? text : it.toWellFormed();
}

/** All texts of a plain value made well-formed, as it would come back from JSON. */
export function wellFormedValue<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' ? wellFormed(part) : part,
  ) as T;
}

/** Order by code point: negative when `a` comes first. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
