/**
 * A file of forms (TOML, docs/formats.md) as somebody wrote it. Nothing is believed of it: every field is checked,
 * and what is wrong is told with the file, the form and the field.
 */
import { parse as parseToml, TomlError } from 'smol-toml';
import { z } from 'zod';
import type { Trouble } from '../model/error.ts';
import { TELLS } from './form.ts';
import { badForms, JOINS, type ServiceForms, serviceForms } from './service-forms.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'small letters, digits and dashes');
const sample = z
  .strictObject({
    message: z.string().optional(),
    line: z.string().optional(),
    user: z.string().optional(),
    source: z.string().optional(),
    port: z.int().min(0).max(65_535).optional(),
    method: z.string().optional(),
    count: z.int().min(0).optional(),
    known: z.union([z.boolean(), z.literal('not told')]).optional(),
  })
  .refine((value) => (value.message === undefined) !== (value.line === undefined), {
    message: 'either message or line',
  });
const form = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "the service's name, a dot, and a name"),
  template: z.string().min(1),
  rival: z.string().min(1).optional(),
  tells: z.enum(TELLS),
  known: z.union([z.boolean(), z.literal('told')]).optional(),
  method: z.string().optional(),
  user: z.string().optional(),
  since: z.string().min(1),
  means: z.string().min(1),
  samples: z.array(sample).min(1, 'at least one line that proves it'),
});
const file = z.strictObject({
  service: name,
  means: z.string().min(1),
  programs: z.array(z.string().min(1)),
  join: z.enum(JOINS),
  prefixes: z.array(z.string().min(1)).optional(),
  suffixes: z.array(z.string().min(1)).optional(),
  about: z.array(z.string().min(1)).optional(),
  own: z.array(z.string()).optional(),
  parts: z.record(z.string(), z.string()).optional(),
  form: z.array(form).min(1),
});

/**
 * Reads a file. `path` is only for what is said about it. Throws {@link Trouble} where it is no TOML or not as it
 * must be; whether its forms read their samples is for `Services` to say.
 */
export function readServiceFile(text: string, path: string): ServiceForms {
  const data = tomlOf(text, path);
  const checked = file.safeParse(data);
  if (checked.success) return serviceForms(checked.data, path);
  throw wrongFile(checked.error.issues[0]!, data, path);
}

/** What is wrong in a file of forms, by the first thing that its schema found, with the form it stands in. */
export function wrongFile(
  { path: place, message }: { readonly path: readonly PropertyKey[]; readonly message: string },
  data: unknown,
  path: string,
): Trouble {
  const [first, second, ...rest] = place;
  const forms = (data as { form?: unknown }).form;
  const at =
    first === 'form' && typeof second === 'number' && Array.isArray(forms)
      ? `form ${idOf(forms[second]) ?? `number ${second + 1}`}${rest.length > 0 ? `, ${rest.join('.')}` : ''}`
      : place.join('.') || 'the file';
  return badForms(`${path}: ${at}: ${message}`, 'docs/formats.md says what a file of forms holds.');
}

function idOf(form: unknown): string | null {
  const id = (form as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : null;
}

/** The data of a TOML text. Throws {@link Trouble} with the place where it is none. */
export function tomlOf(text: string, path: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw badForms(
      `${path}:${error.line}:${error.column}: ${error.message.split('\n')[0] ?? ''}`,
      'It is a TOML file: see toml.io and docs/formats.md.',
    );
  }
}
