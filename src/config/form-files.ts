/**
 * Files of forms that a user names (`--forms PATH`) to services: each is read, checked, and its samples are read by
 * its own forms; whatever is wrong is trouble with the file and the form. A folder stands for its *.toml files, in
 * the order of their names.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Trouble } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import { readRecordFile } from '../parse/records/form-file.ts';
import { type RecordForms, recordForms, shippedRecordForms } from '../parse/records/forms.ts';
import { wrongRecordSamples } from '../parse/records/samples.ts';
import { wrongSamples } from '../parse/samples.ts';
import { readServiceFile, tomlOf } from '../parse/service-file.ts';
import type { ServiceForms } from '../parse/service-forms.ts';
import { Services } from '../parse/services.ts';

/** A file longer than this holds no forms: the longest that comes with the program has 50 kB. */
const LONGEST_FILE = 4 << 20;

/**
 * The services that come with the program and those of the files, behind them in the order in which they are named.
 * Throws {@link Trouble} for a path that is not there and a file that is not as it must be.
 */
export function loadServices(paths: readonly string[]): Services {
  const files = paths.flatMap(filesOf).filter((path) => !RECORD.test(textOf(path)));
  const own: ServiceForms[] = files.map((path) => readServiceFile(textOf(path), path));
  const services = new Services(own);
  const loaded = services.all.filter((service) => !service.isShipped);
  loaded.forEach((service, i) => {
    const [wrong] = wrongSamples(services, service);
    if (wrong === undefined) return;
    throw new Trouble(
      'bad-forms',
      `${files[i]!}: form ${wrong.form}: its sample ${JSON.stringify(printable(wrong.sample, 160))}: ${wrong.what}`,
      'Mend the template or what the sample says; docs/formats.md tells the fields.',
    );
  });
  return services;
}

/** What makes a file one of forms of structured records: `kind = 'record'`. */
const RECORD = /^\s*kind\s*=\s*(?:'record'|"record")\s*(?:#.*)?$/m;

/** The same for forms of structured records: the other files of the same paths. */
export function loadRecordForms(paths: readonly string[]): RecordForms {
  const files = paths.flatMap(filesOf).filter((path) => RECORD.test(textOf(path)));
  if (files.length === 0) return shippedRecordForms();
  const own = files.map((path) => readRecordFile(tomlOf(textOf(path), path), path));
  const forms = recordForms(own);
  const [wrong] = wrongRecordSamples(forms);
  if (wrong === undefined) return forms;
  const path = files[own.findIndex((file) => file.forms.some(({ id }) => id === wrong.form))]!;
  throw new Trouble(
    'bad-forms',
    `${path}: form ${wrong.form}: its sample ${JSON.stringify(printable(wrong.sample, 160))}: ${wrong.what}`,
    'Mend the form or what the sample says; docs/formats.md tells the fields.',
  );
}

function filesOf(path: string): readonly string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new Trouble(
      'no-such-path',
      `${path}: there is no such file of forms`,
      'Name a .toml file or a folder.',
    );
  }
  if (!isFolder) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.toml'));
  if (names.length === 0)
    throw new Trouble('no-such-path', `${path}: holds no file of forms`, 'Their names end in .toml.');
  return names.sort().map((name) => join(path, name));
}

function textOf(path: string): string {
  try {
    if (statSync(path).size <= LONGEST_FILE) return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Trouble(
      'not-readable',
      `${path}: ${error instanceof Error ? error.message : String(error)}`,
      'Look at who may read it.',
    );
  }
  throw new Trouble('bad-forms', `${path}: is too long for a file of forms`, 'Name a TOML file.');
}
