/**
 * The lines with which other tools test their own parsers, each with what that tool takes it for. They are not part
 * of this repository: they are read from `shared/data/lines` beside it. What a tool says of a line is written down
 * here in its own words (its patterns, its rule numbers), not in ours.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const FOLDER = join(import.meta.dirname, '../../../../shared/data/lines');
export const isPresent = existsSync(FOLDER);

/** What the other tool says that a line tells. */
export interface Expected {
  readonly outcome: 'failure' | 'success';
  /** Left out: the tool says none; it must then be a place that the line names. */
  readonly source?: string;
  readonly user?: string;
}

export interface ExpectedLine {
  readonly text: string;
  /** Null: the tool takes it for no login. */
  readonly expected: Expected | null;
}

export interface LineSet {
  readonly project: string;
  /** The set or the file. */
  readonly name: string;
  readonly lines: readonly ExpectedLine[];
}

export function textOf(...path: string[]): string {
  return readFileSync(join(FOLDER, ...path), 'utf8');
}

/** The lines of a file that are not blank. */
export function linesOf(...path: string[]): string[] {
  return textOf(...path)
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** Names of the files in a folder and below, as paths from there, in order. */
export function filesIn(...path: string[]): string[] {
  const found: string[] = [];
  for (const name of readdirSync(join(FOLDER, ...path)).sort()) {
    if (statSync(join(FOLDER, ...path, name)).isDirectory())
      found.push(...filesIn(...path, name).map((inner) => `${name}/${inner}`));
    else found.push(name);
  }
  return found;
}

/** A pattern of another tool: named groups `source` and `user`, and the outcome that it stands for. */
export interface Pattern {
  readonly pattern: RegExp;
  readonly outcome: 'failure' | 'success' | null;
}

/** What the first pattern that fits says. */
export function byPatterns(line: string, patterns: readonly Pattern[]): Expected | null {
  for (const { pattern, outcome } of patterns) {
    const groups = pattern.exec(line)?.groups;
    if (!pattern.test(line)) continue;
    if (outcome === null) return null;
    return {
      outcome,
      ...(groups?.source === undefined ? {} : { source: groups.source }),
      ...(groups?.user === undefined ? {} : { user: groups.user }),
    };
  }
  return null;
}
