// The import rule of ARCHITECTURE.md: a layer imports from itself and from the layers above it in this list,
// never from one below, and files do not import each other in a circle (types aside). Prints every offence and exits 1 when there is one.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const LAYERS = [
  'built',
  'model',
  'read',
  'parse',
  'store',
  'detect',
  'explain',
  'view',
  'show',
  'respond',
  'alarm',
  'serve',
  'exchange',
  'collect',
  'daemon',
  'fleet',
  'simulate',
  'evaluate',
  'config',
  'cli',
];
/** Layers that must stay pure: no file, socket, clock, randomness or process. */
const PURE = new Set(['model', 'parse', 'detect', 'explain']);
const IMPURE_IMPORT = /^node:(?!util$)/;

const root = resolve(import.meta.dirname, '../src');
const offences = [];

for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.ts')) continue;
  const path = join(root, file);
  const [layer] = relative(root, path).split('/');
  const rank = LAYERS.indexOf(layer);
  if (rank < 0) {
    if (file.includes('/'))
      offences.push(`src/${file}: '${layer}' is no layer; add it to scripts/layers.mjs`);
    continue; // src/index.ts, the public face, may import everything
  }
  const text = readFileSync(path, 'utf8');
  const isTest = file.endsWith('.test.ts');
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
    if (specifier.startsWith('.')) {
      const [target] = relative(root, resolve(dirname(path), specifier)).split('/');
      const targetRank = LAYERS.indexOf(target);
      if (targetRank > rank && !isTest)
        offences.push(`src/${file}: ${layer} imports ${target} (${specifier}), which is below it`);
    } else if (PURE.has(layer) && !isTest && IMPURE_IMPORT.test(specifier)) {
      offences.push(`src/${file}: ${layer} is pure and may not import ${specifier}`);
    }
  }
  if (layer !== 'built' && !isTest && text.includes('import.meta'))
    offences.push(`src/${file}: where parts of the program are is known to src/built/parts.ts alone`);
  if (PURE.has(layer) && !isTest && /\b(Date\.now|Math\.random|new Date\(\))/.test(text)) {
    offences.push(`src/${file}: ${layer} is pure and may not ask the clock or chance`);
  }
}

for (const circle of circles()) offences.push(`circle of imports: ${circle.join(' -> ')}`);

for (const offence of offences) process.stdout.write(`${offence}\n`);
process.stdout.write(`layers: ${offences.length === 0 ? 'in order' : `${offences.length} offences`}\n`);
process.exitCode = offences.length === 0 ? 0 : 1;

/** Files that reach themselves by imports of more than types; each circle once, as it was first walked. */
function circles() {
  const imports = new Map();
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    const targets = [];
    for (const [, what, specifier] of text.matchAll(/^(?:import|export)\s([^;'"]*?)from\s+'(\.[^']+)'/gms)) {
      const onlyTypes = /^type\s/.test(what) || /^\{(?:\s*type\s[^,}]+,?)+\s*\}\s*$/.test(what);
      if (!onlyTypes) targets.push(relative(root, resolve(root, dirname(file), specifier)));
    }
    imports.set(file, targets);
  }
  const found = [];
  const done = new Set();
  const walk = (file, path) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
  return found;
}
