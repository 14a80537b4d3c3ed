/**
 * Patterns that the shell did not expand (quoted, or from a service file): `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`
 * and `**` for any depth. Node has `fs.globSync` only from version 22 on. As in a shell, a leading dot must be
 * written, and matches come in the order of their names.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Whether the text holds anything that a pattern would. */
export function isPattern(path: string): boolean {
  return /[*?]|\[[^\]]+\]|\{[^}]*\}/.test(path);
}

/** Files and folders that the pattern names; none when it names nothing. A folder that may not be read names nothing. */
export function expandPattern(pattern: string): string[] {
  const absolute = pattern.startsWith('/');
  const segments = pattern.split('/').filter((segment) => segment !== '');
  let found = [absolute ? '/' : ''];
  for (const segment of segments) {
    if (segment === '**') found = found.flatMap((folder) => [folder, ...foldersBelow(folder)]);
    else if (isPattern(segment)) {
      const expression = segmentExpression(segment);
      found = found.flatMap((folder) =>
        namesIn(folder)
          .filter((name) => expression.test(name) && (segment.startsWith('.') || !name.startsWith('.')))
          .map((name) => join(folder, name)),
      );
    } else found = found.map((folder) => join(folder, segment));
  }
  return [...new Set(found)].filter((path) => path !== '' && exists(path));
}

function segmentExpression(segment: string): RegExp {
  let source = '';
  let braces = 0;
  for (let i = 0; i < segment.length; i++) {
    const c = segment[i]!;
    const close = c === '[' ? segment.indexOf(']', i + 2) : -1;
    if (c === '*') source += '.*';
    else if (c === '?') source += '.';
    else if (close > 0) {
      const inside = segment.slice(i + 1, close).replace(/[\\\]^]/g, '\\$&');
      source += inside.startsWith('!') ? `[^${inside.slice(1)}]` : `[${inside}]`;
      i = close;
    } else if (c === '{' && segment.indexOf('}', i) > 0) {
      source += '(?:';
      braces++;
    } else if (c === '}' && braces > 0) {
      source += ')';
      braces--;
    } else if (c === ',' && braces > 0) source += '|';
    else source += c.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  }
  source += ')'.repeat(braces);
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return /^(?!)/; // e.g. the range [z-a]: names nothing, as in a shell
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder === '' ? '.' : folder).sort();
  } catch {
    return [];
  }
}

function foldersBelow(folder: string): string[] {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => join(folder, entry.name))
      .sort()
      .flatMap((below) => [below, ...foldersBelow(below)]);
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // ENOTDIR: a file where the pattern wants a folder
  }
}
