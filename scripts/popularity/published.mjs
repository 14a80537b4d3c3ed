// Counts of attempts by user name that others have published (published.tsv): which names they witness, and how far the
// table learnt from logs agrees with them.
import { readFileSync } from 'node:fs';

/** `[{ table, counts: Map of user name to attempts }]`, in the order of the file. */
export function readPublished() {
  const text = readFileSync(new URL('published.tsv', import.meta.url), 'utf8');
  const tables = new Map();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [table, name, count] = line.split('\t');
    if (!tables.has(table)) tables.set(table, new Map());
    tables.get(table).set(name, Number(count));
  }
  return [...tables].map(([table, counts]) => ({ table, counts }));
}

/** Share of the attempts, root aside, on names of `shares`, and Spearman's rank correlation over those names. */
export function agreement(counts, shares) {
  let all = 0;
  let listed = 0;
  const both = [];
  for (const [name, count] of counts) {
    if (name === 'root') continue;
    all += count;
    if (!shares.has(name)) continue;
    listed += count;
    both.push([count, shares.get(name)]);
  }
  const [x, y] = [ranks(both.map(([count]) => count)), ranks(both.map(([, share]) => share))];
  return { listed: listed / all, ranks: correlation(x, y) };
}

/** Ranks from 1, equal values sharing the mean of theirs. */
function ranks(values) {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

function correlation(x, y) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) ** 2;
    yy += (y[i] - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
