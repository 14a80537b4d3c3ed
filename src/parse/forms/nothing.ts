/** Short ways to write the many forms that tell of no attempt. */
import type { Form, Sample } from '../form.ts';

/** Tells nothing at all. `id` is without the service's name. */
export function nothing(
  id: string,
  template: string,
  since: string,
  means: string,
  ...messages: string[]
): Form {
  const samples: Sample[] = messages.map((message) => ({ message }));
  return { id: `sshd.${id}`, template, tells: 'nothing', known: null, since, means, samples };
}

/** Tells of no attempt, but names the process's source. */
export function context(
  id: string,
  template: string,
  since: string,
  means: string,
  ...samples: Sample[]
): Form {
  return { id: `sshd.${id}`, template, tells: 'context', known: null, since, means, samples };
}
