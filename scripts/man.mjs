// Man pages: slowbrute(1), one for each command, and slowbrute.toml(5), from the command line and the schema of the configuration
// as they are. `npm run build` writes them into dist/man; the package names them for `npm install --global`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configurationTables } from './configuration-keys.mjs';
import { fromSource } from './from-source.mjs';
import { bold, code, example, heading, italic, line, paragraph, plain, sentences, term } from './roff.mjs';

const root = resolve(import.meta.dirname, '..');
const MANUAL = 'slowbrute manual';

/**
 * Pages by name of file. `reference`: of the whole command line (src/cli/reference.ts); `schema`, `sample`: of the configuration;
 * `exitStatus`: what each means; `release`: `{ version, date }`.
 */
export function manPages({ reference, schema, sample, exitStatus, release }) {
  const pages = new Map();
  const source = `slowbrute ${release.version}`;
  const commands = below(reference);
  const pageOf = ({ path }) => path.join('-');
  for (const command of [reference, ...commands]) {
    const others = [
      ...(command === reference ? [] : [['slowbrute', 1]]),
      ...command.commands.map((one) => [pageOf(one), 1]),
      ['slowbrute.toml', 5],
    ];
    const own = command === reference ? programSections(exitStatus) : [];
    pages.set(`${pageOf(command)}.1`, [
      heading(pageOf(command), 1, release.date, source, MANUAL),
      ...commandSections(command, own),
      ...seeAlso(others),
    ]);
  }
  pages.set('slowbrute.toml.5', [
    heading('slowbrute.toml', 5, release.date, source, MANUAL),
    ...configurationSections(schema, sample),
    ...seeAlso([
      ['slowbrute', 1],
      ['slowbrute-watch', 1],
      ['slowbrute-config', 1],
    ]),
  ]);
  return new Map([...pages].map(([name, lines]) => [name, `${tidied(lines).join('\n')}\n`]));
}

/** A section begins a paragraph by itself. */
function tidied(lines) {
  return lines.filter((one, i) => one !== '.PP' || !/^\.S[HS] /.test(lines[i - 1] ?? ''));
}

function below(command) {
  return command.commands.flatMap((one) => [one, ...below(one)]);
}

function commandSections(command, own) {
  const { path, summary, description } = command;
  const isWhole = path.length === 1;
  const blocks = command.after.map(blockOf);
  const texts = (kind) => blocks.filter((one) => one.kind === kind).flatMap(({ lines }) => lines);
  const section = (title, lines) => (lines.length > 0 ? [`.SH ${title}`, ...lines] : []);
  const short = isWhole ? 'find distributed, slow, coordinated password guessing' : summary;
  return [
    '.SH NAME',
    `${code(path.join('-'))} \\- ${plain(short)}`,
    '.SH SYNOPSIS',
    synopsis(command),
    '.SH DESCRIPTION',
    ...sentences(description),
    ...texts('prose'),
    ...section(
      'COMMANDS',
      command.commands.flatMap((one) => term(bold(one.path.slice(1).join(' ')), says(one))),
    ),
    ...section(
      'ARGUMENTS',
      command.arguments.flatMap((one) => term(italic(one.name), one.description)),
    ),
    ...section('OPTIONS', command.options.flatMap(optionTerm)),
    ...own,
    ...section('EXIT STATUS', texts('status')),
    ...section('EXAMPLES', texts('examples')),
  ];
}

const says = ({ summary, path }) => `${summary}; see ${path.join('-')}(1)`;

function synopsis({ path, options, arguments: given, commands }) {
  const parts = [
    bold(path.join(' ')),
    ...(options.length > 0 ? [`[${italic('options')}]`] : []),
    ...(commands.length > 0 ? [italic('command')] : []),
    ...given.map(({ name, isRequired, isRepeatable }) => {
      const inner = `${italic(name)}${isRepeatable ? ' ...' : ''}`;
      return isRequired ? inner : `[${inner}]`;
    }),
  ];
  return parts.join(' ');
}

function optionTerm({ short, long, value, description, standard }) {
  const names = [short, long].filter((one) => one !== null).map(bold);
  const head = `${names.join(', ')}${value === null ? '' : ` ${italic(value.name)}`}`;
  const words = value !== null && value.words.length > 0 ? ` One of ${value.words.join(', ')}.` : '';
  const otherwise = standard === null ? '' : ` Default: ${standard}.`;
  const text = `${description}${words || otherwise ? '.' : ''}${words}${otherwise}`;
  return term(head, text);
}

/** What a block of text under the help is: an exit status, examples, a list of words, or sentences. */
function blockOf(block) {
  if (block.startsWith('Exit status:'))
    return { kind: 'status', lines: paragraph(firstUp(block.slice('Exit status:'.length).trim())) };
  if (block.startsWith('Examples:'))
    return { kind: 'examples', lines: example(withoutIndent(block.slice(block.indexOf('\n') + 1))) };
  const rows = block.split('\n').map((row) => /^(\S+(?:, \S+)*) {2,}(\S(?:(?! {2}).)*)$/.exec(row));
  if (rows.every((row) => row !== null))
    return { kind: 'prose', lines: rows.flatMap((row) => term(bold(row[1]), row[2])) };
  if (/\S {2,}\S/.test(block)) return { kind: 'prose', lines: example(block) };
  return { kind: 'prose', lines: paragraph(block) };
}

const firstUp = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const withoutIndent = (text) => text.replaceAll(/^ {2}/gm, '');

function programSections(exitStatus) {
  return [
    '.SH FILES',
    ...term(
      italic('/etc/slowbrute/slowbrute.toml'),
      'What the daemon is told to do; see slowbrute.toml(5). Without it, it blocks nothing.',
    ),
    ...term(
      italic('/var/lib/slowbrute'),
      'What the daemon remembers. Of a user who is not root: $XDG_STATE_HOME/slowbrute, usually ~/.local/state/slowbrute.',
    ),
    ...term(
      italic('/run/slowbrute/slowbrute.sock'),
      'Where the daemon answers the other commands. Of a user who is not root: in the folder above.',
    ),
    '.SH ENVIRONMENT',
    ...term(bold('SLOWBRUTE_DEBUG'), 'If it is 1, a bug is told with the place where it happened.'),
    ...term(
      `${bold('STATE_DIRECTORY')}, ${bold('RUNTIME_DIRECTORY')}`,
      'What systemd made for the unit; they stand for the folders above.',
    ),
    ...term(bold('XDG_STATE_HOME'), "Where a user's own state is kept."),
    ...term(
      `${bold('LC_ALL')}, ${bold('LC_CTYPE')}, ${bold('LANG')}, ${bold('TERM')}`,
      'Whether pictures are drawn with other signs than those of ASCII. Nothing else depends on them.',
    ),
    '.SH EXIT STATUS',
    ...Object.entries(exitStatus).flatMap(([status, means]) => term(bold(status), means)),
  ];
}

function configurationSections(schema, sample) {
  const text = (one) => one.replaceAll('`', '');
  return [
    '.SH NAME',
    'slowbrute.toml \\- configuration of slowbrute watch',
    '.SH SYNOPSIS',
    italic('/etc/slowbrute/slowbrute.toml'),
    '.SH DESCRIPTION',
    ...sentences(
      'A TOML file in which every key can be left out. An unknown key is an error, because a misspelt allow would block the very people it names.',
    ),
    ...paragraph(
      'The command "slowbrute config check" says whether it is right, "slowbrute config show" what it means with every default. SIGHUP ("systemctl reload slowbrute") reads it again, and all of it changes at once but for state-folder, socket, metrics and history.engine, which the next start takes up. One that is wrong changes nothing.',
    ),
    '.SH KEYS',
    ...configurationTables(schema).flatMap(({ title, says: meaning, keys }) => [
      `.SS ${title === '' ? 'At the top' : line(code(title))}`,
      ...(meaning ? sentences(text(meaning)) : []),
      ...keys.flatMap(({ key, value, standard, means }) =>
        term(
          `${bold(key)} = ${italic(text(value))}`,
          `${text(means)}${standard === '' ? '' : `${/[.!?]$|^$/.test(means) ? '' : '.'} Default: ${standard}.`}`.trim(),
        ),
      ),
    ]),
    '.SH EXAMPLES',
    ...example(sample.trimEnd()),
  ];
}

function seeAlso(pages) {
  const named = pages.map(([name, section]) => `${bold(name)}(${section})`);
  return ['.SH SEE ALSO', ...named.map((one, i) => (i < named.length - 1 ? `${one},` : one))];
}

/** The version, and the date on which it stands in CHANGELOG.md: the clock would make each build another. */
export function releaseOf(changelog, version) {
  const date = new RegExp(`^## ${version.replaceAll('.', '\\.')} \\((\\d{4}-\\d{2}-\\d{2})\\)`, 'm').exec(
    changelog,
  )?.[1];
  if (date === undefined) throw new Error(`CHANGELOG.md: version ${version} has no line with its date`);
  return { version, date };
}

/** The pages of what is in src/. */
export async function manPagesNow() {
  const [program, { referenceOf }, { realEffects }, { EXIT_STATUS_MEANS }, configuration, { EXAMPLE }] =
    await fromSource(
      'cli/program.ts',
      'cli/reference.ts',
      'cli/effects.ts',
      'cli/exit-status.ts',
      'config/configuration-file.ts',
      'config/example.ts',
    );
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  return manPages({
    reference: referenceOf(program.commandLine(realEffects(), () => {})),
    schema: configuration.configurationJsonSchema(),
    sample: EXAMPLE,
    exitStatus: EXIT_STATUS_MEANS,
    release: releaseOf(readFileSync(`${root}/CHANGELOG.md`, 'utf8'), version),
  });
}

if (process.argv[1] === import.meta.filename) {
  const folder = `${root}/dist/man`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, page] of await manPagesNow()) writeFileSync(`${folder}/${name}`, page);
}
