// `npm run deb`: build/slowbrute_VERSION_all.deb, for systems whose nodejs is 20 or later (Debian 13). With --with-node:
// build/slowbrute_VERSION_ARCHITECTURE.deb, which brings Node's own program along (Debian 12): npm's package node-linux-ARCHITECTURE,
// fetched into .cache/, or what --with-node=PATH names. dpkg-deb makes it, without root; the same sources give the same bytes.
// Needs `npm run build`.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { copyrightFile } from './deb-copyright.mjs';
import { fromSource } from './from-source.mjs';
import { openFolders, place, root, run, sourceDate, version } from './release-steps.mjs';
import { buildSingle } from './single.mjs';

/** Node that the second form brings; the oldest that is supported by the program is enough. */
const NODE_RELEASE = '20';
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** Writes the package and gives its path. `node`: a program of Node to put inside, or null. */
export async function buildDeb(node = null) {
  const architecture = node === null ? 'all' : ARCHITECTURES[process.arch];
  if (architecture === undefined) throw new Error(`deb: no form with Node for ${process.arch}`);
  const stage = join(root, `build/stage-deb-${architecture}`);
  rmSync(stage, { recursive: true, force: true });
  const at = (path) => join(stage, path);
  const text = (path, content, mode = 0o644) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
    chmodSync(at(path), mode);
  };
  const packed = (path, content) => text(`${path}.gz`, gzipSync(content, { level: 9 }));

  const single = await buildSingle();
  const program = readFileSync(single.path, 'utf8').replace(/^#!.*/, '#!/usr/bin/node');
  const doc = 'usr/share/doc/slowbrute';
  text('usr/lib/slowbrute/slowbrute.mjs', program, 0o755);
  if (node === null) {
    mkdirSync(at('usr/bin'), { recursive: true });
    symlinkSync('../lib/slowbrute/slowbrute.mjs', at('usr/bin/slowbrute'));
  } else {
    place(node, at('usr/lib/slowbrute/node'), 0o755);
    text('usr/lib/slowbrute/slowbrute.mjs', program.replace(/^#!.*\n/, ''));
    const starter = '#!/bin/sh\nexec /usr/lib/slowbrute/node /usr/lib/slowbrute/slowbrute.mjs "$@"\n';
    text('usr/bin/slowbrute', starter, 0o755);
    packed(`${doc}/LICENSE.node`, readFileSync(join(dirname(node), '../LICENSE')));
  }
  for (const page of readdirSync(join(root, 'dist/man')).sort())
    packed(`usr/share/man/man${page.at(-1)}/${page}`, readFileSync(join(root, 'dist/man', page)));
  const shells = {
    bash: 'usr/share/bash-completion/completions/slowbrute',
    zsh: 'usr/share/zsh/vendor-completions/_slowbrute',
    fish: 'usr/share/fish/vendor_completions.d/slowbrute.fish',
  };
  for (const [shell, path] of Object.entries(shells))
    text(path, run(process.execPath, [single.path, 'completion', shell]));
  for (const unit of ['slowbrute.service', 'slowbrute-responder.service']) {
    const content = readFileSync(join(root, 'service', unit), 'utf8').replace('/usr/local/bin/', '/usr/bin/');
    text(`usr/lib/systemd/system/${unit}`, content);
  }
  place(join(root, 'service/slowbrute.sysusers'), at('usr/lib/sysusers.d/slowbrute.conf'));
  const [{ EXAMPLE }] = await fromSource('config/example.ts');
  text('etc/slowbrute/slowbrute.toml', EXAMPLE);

  place(join(root, 'README.md'), at(`${doc}/README.md`));
  for (const file of readdirSync(join(root, 'docs')).sort())
    if (file.endsWith('.md')) packed(`${doc}/docs/${file}`, readFileSync(join(root, 'docs', file)));
  packed(`${doc}/NOTICES`, single.notices);
  packed(`${doc}/changelog`, changelog());
  place(join(root, 'samples/rosalita.log.gz'), at(`${doc}/examples/rosalita.log.gz`));
  text(`${doc}/copyright`, copyrightFile(single.packages, node !== null));
  place(
    join(root, 'packaging/debian/slowbrute.lintian-overrides'),
    at('usr/share/lintian/overrides/slowbrute'),
  );

  control(text, stage, architecture, node !== null);
  openFolders(stage);
  const target = join(root, `build/slowbrute_${version}_${architecture}.deb`);
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', stage, target], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(sourceDate()) },
  });
  rmSync(stage, { recursive: true });
  return target;
}

function control(text, stage, architecture, bringsNode) {
  const files = readdirSync(stage, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  const users = 'systemd | systemd-standalone-sysusers | systemd-sysusers | adduser';
  const needs = bringsNode ? 'libc6 (>= 2.28), libstdc++6 (>= 9), libgcc-s1' : 'nodejs (>= 20)';
  const fields = [
    'Package: slowbrute',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: The slowbrute authors <slowbrute@host.example>',
    `Installed-Size: ${Math.ceil(bytes / 1024)}`,
    'Section: admin',
    'Priority: optional',
    `Depends: ${needs}, ${users}`,
    'Suggests: nftables, zstd, xz-utils',
    'Description: find distributed, slow, coordinated password guessing',
    ' Reads the logs of login services and finds hundreds of hosts that share one',
    ' list of user names, each far below every per-address threshold; names every',
    ' participating source with the evidence, and tells whether one got in.',
    ' .',
    ' Installed, it keeps watch over the login log of this machine, and blocks',
    ' nothing until its configuration says so.',
  ];
  text('DEBIAN/control', `${fields.join('\n')}\n`);
  text('DEBIAN/conffiles', '/etc/slowbrute/slowbrute.toml\n');
  const sums = files.map((path) => `${md5(path)}  ${relative(stage, path)}`);
  text('DEBIAN/md5sums', `${sums.join('\n')}\n`);
  for (const script of ['postinst', 'prerm', 'postrm'])
    text(`DEBIAN/${script}`, readFileSync(join(root, 'packaging/debian', script)), 0o755);
}

function md5(path) {
  return createHash('md5').update(readFileSync(path)).digest('hex');
}

/** CHANGELOG.md as deb-changelog(5) wants it. */
function changelog() {
  const sections = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').split(/^## /m).slice(1);
  return sections
    .map((section) => {
      const [, of, day] = /^(\S+) \((\d{4}-\d{2}-\d{2})\)/.exec(section);
      const lines = section
        .split('\n')
        .slice(1)
        .filter((line) => line.trim() !== '');
      const items = [];
      for (const line of lines) {
        if (line.startsWith('- ') || items.length === 0) items.push(line.replace(/^- /, ''));
        else if (line.startsWith(' ')) items[items.length - 1] += ` ${line.trim()}`;
        else items.push(line.trim());
      }
      const first = items.flatMap((item) =>
        wrapped(item).map((line, i) => `${i === 0 ? '  * ' : '    '}${line}`),
      );
      const date = new Date(`${day}T12:00:00Z`).toUTCString().replace('GMT', '+0000');
      return `slowbrute (${of}) unstable; urgency=medium\n\n${first.join('\n')}\n\n -- The slowbrute authors <slowbrute@host.example>  ${date}\n`;
    })
    .join('\n');
}

/** Lines of at most 74 signs. */
function wrapped(text) {
  return text.match(/\S(?:.{0,73})(?=\s|$)/g) ?? [];
}

/** Path of Node's program of this architecture, fetched where it is not there yet. */
export function nodeProgram() {
  const name = `node-linux-${process.arch}`;
  const folder = join(root, '.cache/node-inside');
  const path = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', `${name}@${NODE_RELEASE}`],
    { cwd: folder },
  );
  return path;
}

if (process.argv[1] === import.meta.filename) {
  const asked = process.argv.find((one) => one.startsWith('--with-node'));
  const node = asked === undefined ? null : (asked.split('=')[1] ?? nodeProgram());
  const path = await buildDeb(node);
  process.stdout.write(`build/${basename(path)}: ${statSync(path).size} bytes\n`);
}
