/**
 * Where in the alphabet a name stands, as the share of all names that come before it. Letters are no measure: names
 * in *m* are thirty times as many as in *x*, so a walk at *m* is half through and one at *x* is nearly done. The
 * reference is the 8,422 given names of Grady Ward's Moby Word II (public domain, 1996), the kind of list that the
 * campaign of 2008 walked through; kept as its percentiles, four letters each.
 *
 * It is an estimate: a list of services and roles, or of another language, is spread differently.
 */
const PERCENTILES = (
  'aare adri albe alis amal anet anto arly audr barb bebe bern birg brad brit cald carl cath char ' +
  'chri clau conc corr cyri darc debo derw doe dory earl elea elsw eola ethe fanc ferr fore gabb ' +
  'gavr gert glad greg hadl hart herm hope ilea isid jana jech jess jojo jule kare kath keny kirs ' +
  'kyli lavi leon lind lore luel mady marc marj mary mehe merv mint mort naom nett nobe ofel osgo ' +
  'patt peyt putn rani remu risa rolp rown sadi say shar shol slad step tabe teen thor tonn tull ' +
  'valm virg wayl wilt ynes'
).split(' ');

/** More than this of a name does not move its place in the alphabet; a hostile name may be 100 kB long. */
const KEY_LENGTH = 32;

/** Letters and digits that decide the order of a name: lower case, without accents. */
export function alphabetKey(name: string): string {
  return name.slice(0, KEY_LENGTH).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Share of names before `name`, in [0, 1]: 0 for digits and signs before *a*, 1 after *z*. */
export function alphabetPosition(name: string): number {
  const key = alphabetKey(name);
  if (key < 'a') return 0;
  if (key >= '{') return 1;
  let low = 0;
  let high = PERCENTILES.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (PERCENTILES[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  const before = low === 0 ? 'a' : PERCENTILES[low - 1]!;
  const after = PERCENTILES[low] ?? '{';
  const span = letters(after) - letters(before);
  const within = span > 0 ? (letters(key) - letters(before)) / span : 0;
  const start = low === 0 ? 0 : low - 1;
  const step = low === 0 ? 0 : 1;
  return Math.min(1, Math.max(0, (start + step * Math.min(1, Math.max(0, within))) / PERCENTILES.length));
}

/** The first five letters as one number in base 28, so that names between two percentiles can be interpolated. */
function letters(text: string): number {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const code = i < text.length ? text.charCodeAt(i) - 0x60 : 0;
    value = value * 28 + Math.min(27, Math.max(0, code));
  }
  return value;
}
