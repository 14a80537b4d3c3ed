// docs/library.md: each of its programs runs against the built package and prints what stands below it. And the public face: what
// an exported declaration mentions is exported with it, or is handed on unopened.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildWhenStale } from '../cli/command.ts';
import { documents, ROOT } from './documents.ts';
import { missing } from './shown.ts';

beforeAll(buildWhenStale, 180_000);

describe('docs/library.md', () => {
  const { blocks } = documents().find(({ path }) => path === 'docs/library.md')!;
  const programs = blocks.flatMap((block, i) =>
    block.language === 'js' ? [[`line ${block.line}`, block.text, blocks[i + 1]!.text] as const] : [],
  );

  it.each(programs)('runs the program of %s, which prints what it shows', (_, program, shown) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(missing(shown, stdout)).toEqual([]);
  });
});

/** Types that a program gets and hands on; what they hold is nobody's business. */
const UNOPENED = [
  'Services',
  'RecordForms',
  'CompiledForm',
  'SavedWatch',
  'SavedLooks',
  'SavedAffair',
  'SavedClock',
  'SavedStates',
];
/** From which types are made that are exported: zod's schemas, and a type of types. */
const MAKING = ['DeepReadonly', 'reportSchema', 'scenario'];

describe('the public face', () => {
  const read = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, ROOT);
  const entries = ['index.ts', 'index-parse.ts', 'index-evaluate.ts'].map((name) => join(ROOT, 'src', name));
  let program: ts.Program;
  beforeAll(() => {
    program = ts.createProgram(entries, options);
  }, 180_000);

  it.each(entries.map((entry) => [entry.slice(ROOT.length + 1), entry] as const))(
    '%s mentions no type that it hides',
    (_, entry) => {
      const hidden = hiddenTypes(program, entry).filter((name) => ![...UNOPENED, ...MAKING].includes(name));
      expect(hidden).toEqual([]);
    },
  );
});

/** Types of this package that exported declarations of `entry` mention, and which `entry` does not export. */
function hiddenTypes(program: ts.Program, entry: string): readonly string[] {
  const checker = program.getTypeChecker();
  const real = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const isOurs = (symbol: ts.Symbol) =>
    symbol.declarations?.[0]?.getSourceFile().fileName.startsWith(join(ROOT, 'src')) === true;
  const exported = new Set(
    checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!).map(real),
  );
  const hidden = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || ts.isPropertyAssignment(node)) return;
    if (ts.isClassElement(node) && node.name !== undefined && ts.isPrivateIdentifier(node.name)) return;
    if (ts.isVariableDeclaration(node) && node.type !== undefined) {
      visit(node.type);
      return;
    }
    if (ts.isTypeReferenceNode(node) || ts.isTypeQueryNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node)
        ? node.typeName
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : node.expression;
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol !== undefined) {
        const meant = real(symbol);
        const isParameter = (meant.flags & ts.SymbolFlags.TypeParameter) !== 0;
        if (isOurs(meant) && !exported.has(meant) && !isParameter) hidden.add(meant.name);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const symbol of exported)
    for (const declaration of symbol.declarations ?? []) if (isOurs(symbol)) visit(declaration);
  return [...hidden];
}
