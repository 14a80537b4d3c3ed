// Every link of the documents leads to something that is there, and so does every path that they name.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents, ROOT } from './documents.ts';

const all = documents();
const byPath = new Map(all.map((document) => [document.path, document]));

describe.each(all)('$path', (document) => {
  it('has links that lead somewhere', () => {
    const lost = document.links
      .filter(({ to }) => !/^(https?|mailto):/.test(to))
      .filter(({ to }) => {
        const [file = '', anchor] = to.split('#');
        const path = file === '' ? document.path : normalize(join(dirname(document.path), file));
        if (!existsSync(join(ROOT, path))) return true;
        if (anchor === undefined) return false;
        const target = byPath.get(path);
        return target !== undefined && !target.anchors.has(anchor);
      })
      .map(({ line, to }) => `${document.path}:${line}: ${to}`);
    expect(lost).toEqual([]);
  });

  it('names files that are there', () => {
    const lost = document.words.flatMap(({ line, text }) =>
      pathsIn(text)
        .filter((path) => !isThere(path, document.path))
        .map((path) => `${document.path}:${line}: ${path}`),
    );
    expect(lost).toEqual([]);
  });
});

/** Every source of the repository, with a slash before it. */
const sources = ['src', 'web', 'tests', 'scripts', 'bench', 'fuzz', 'machine'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `/${folder}/${path}`),
);

/** What `npm run single` makes. */
const SINGLE = 'slowbrute.mjs';

describe.each(all)('$path', ({ text }) => {
  it('names sources that are there, in pictures of the flow, too', () => {
    const named = new Set(text.match(/(?<![\w./*-])[\w-][\w/.-]*\.(?:ts|mjs)\b/g) ?? []);
    const missing = [...named].filter((name) => !sources.some((path) => path.endsWith(`/${name}`)));
    expect(missing.filter((name) => !name.endsWith(SINGLE))).toEqual([]);
  });
});

describe('the documents', () => {
  it('are all reached from README.md', () => {
    const reached = new Set(['README.md']);
    for (const path of reached)
      for (const { to } of byPath.get(path)?.links ?? []) {
        const target = normalize(join(dirname(path), to.split('#')[0]!));
        if (byPath.has(target)) reached.add(target);
      }
    expect(all.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });

  it('list the layers that scripts/layers.mjs holds, in its order', () => {
    const quoted = (text: string, quote: string) =>
      [...text.matchAll(new RegExp(`${quote}([a-z]+)${quote}`, 'g'))].map(([, name]) => name);
    const script = readFileSync(join(ROOT, 'scripts/layers.mjs'), 'utf8');
    const held = quoted(/LAYERS = \[([^\]]*)\]/.exec(script)![1]!, "'");
    const { text } = byPath.get('ARCHITECTURE.md')!;
    const told = /never from one below:\*\*\n\n([\s\S]*?)\n\n/.exec(text)![1]!;
    expect(quoted(told, '`')).toEqual(held);
  });
});

/** Folders of the repository that a path in the documents begins with; what the build makes is not asked for. */
const FOLDERS = [
  'src',
  'tests',
  'scripts',
  'docs',
  'forms',
  'samples',
  'schema',
  'service',
  'bench',
  'fuzz',
  'web',
  'machine',
];

/** What in these words is a path of this repository: `src/a/b.ts`, `service/*.service`, `docs/live.md`. */
function pathsIn(text: string): readonly string[] {
  const words = text.split(/[\s,()=]+/).filter((word) => /^[\w.*{}-]+(\/[\w.*{}-]*)+$/.test(word));
  return words.filter((word) => FOLDERS.includes(word.split('/')[0]!));
}

/**
 * A path is there as it stands, or beside a document that gives it shortened: `parse/fast/` is `src/parse/fast/`. `*` stands
 * for any name.
 */
function isThere(path: string, document: string): boolean {
  const candidates = [path, join('src', path), join(dirname(document), path)];
  return candidates.some((candidate) => {
    if (!candidate.includes('*')) return existsSync(join(ROOT, candidate));
    const folder = dirname(candidate);
    const pattern = new RegExp(
      `^${candidate
        .slice(folder.length + 1)
        .replace(/[.]/g, '\\.')
        .replace(/\*/g, '.*')}$`,
    );
    return (
      existsSync(join(ROOT, folder)) && readdirSync(join(ROOT, folder)).some((name) => pattern.test(name))
    );
  });
}

describe('what is written in one line', () => {
  it('is a path, or is none', () => {
    expect(pathsIn('node tests/watch/kill.mjs --kills 200')).toEqual(['tests/watch/kill.mjs']);
    expect(pathsIn('service/*.service')).toEqual(['service/*.service']);
    expect(pathsIn('text/plain')).toEqual([]);
  });
});
