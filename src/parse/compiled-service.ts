/**
 * A service with its forms compiled, and what reads the lines of one or of several.
 */
import { type CompiledForm, compileForm, type Form } from './form.ts';
import { MessageReader } from './message.ts';
import { compileOwn } from './own-log.ts';
import { badForms, type Join, type ServiceForms } from './service-forms.ts';

/** A service with its forms ready to read. */
export interface Service {
  readonly name: string;
  readonly means: string;
  readonly programs: readonly string[];
  readonly join: Join;
  readonly about: RegExp | null;
  readonly own: readonly RegExp[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  readonly forms: readonly CompiledForm[];
  /** Whether it comes with the program. */
  readonly isShipped: boolean;
}

/** Throws `Trouble` where a template or a layout is none. */
export function serviceOf(forms: ServiceForms, isShipped: boolean): Service {
  return {
    name: forms.service,
    means: forms.means,
    programs: forms.programs,
    join: forms.join,
    about: forms.about === null ? null : wordsOf(forms.about),
    own: forms.own.map(compileOwn),
    prefixes: forms.prefixes,
    suffixes: forms.suffixes,
    forms: forms.forms.map((form) => compiled(form, forms.service)),
    isShipped,
  };
}

/** Throws `Trouble` for a template that is none. */
function compiled(form: Form, service: string): CompiledForm {
  try {
    return compileForm(form, service);
  } catch (error) {
    throw badForms(
      `form ${form.id}: ${error instanceof Error ? error.message : String(error)}`,
      'docs/formats.md tells the fields of templates; \\< is a literal bracket.',
    );
  }
}

/** Reads messages by the forms of all of them, in their order. */
export function readerOf(services: readonly Service[]): MessageReader {
  return new MessageReader(
    services.flatMap((service) => service.forms),
    services.flatMap((service) => service.prefixes),
    services.flatMap((service) => service.suffixes),
  );
}

function wordsOf(words: readonly string[]): RegExp {
  return new RegExp(words.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'i');
}

/** What one of several services minds is minded; each names words, or minds everything. */
export function aboutOf(services: readonly Service[]): RegExp | null {
  const all = services.flatMap((service) => (service.about === null ? [] : [service.about.source]));
  return all.length < services.length ? null : new RegExp(all.join('|'), 'i');
}

const globs = new Map<string, RegExp>();

/** Whether `name` is one of the service's programs, with or without the path before it. */
export function isOf(service: Service, name: string): boolean {
  const slash = name.lastIndexOf('/');
  const bare = slash < 0 ? name : name.slice(slash + 1);
  return service.programs.some((program) => {
    if (!program.includes('*')) return program === name || (program === bare && name.startsWith('/'));
    let glob = globs.get(program);
    if (glob === undefined) {
      const pattern = program.replaceAll(/[\\^$.+?()[\]{}|/]/g, '\\$&').replaceAll('*', '[^\\s]*');
      glob = new RegExp(`^${pattern}$`);
      globs.set(program, glob);
    }
    return glob.test(name);
  });
}
