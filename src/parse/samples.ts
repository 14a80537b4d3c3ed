/**
 * Whether every form reads its own samples, and reads from them what they say. Files of a user are checked so when
 * they are loaded; those that come with the program by a test.
 */

import type { Service } from './compiled-service.ts';
import { Envelope } from './envelope.ts';
import type { CompiledForm, Sample } from './form.ts';
import type { MessageReading, UnreadReason } from './message.ts';
import type { Services } from './services.ts';

/** What came out of a sample instead of what it says. */
export interface WrongSample {
  readonly form: string;
  readonly sample: string;
  /** What came out, in words: `read by form x.y`, `user = "a", not "b"`. */
  readonly what: string;
}

const WHY: Readonly<Record<UnreadReason, string>> = {
  'no-form': 'no form reads it',
  ambiguous: 'two places in it could be the source, or the user',
  'bad-source': 'where the source should be stands neither an address nor a host name',
  'bad-time': 'its time is no time',
  'no-time': 'it has no time',
};

/** Every sample of `service` that comes out otherwise, in order. */
export function wrongSamples(services: Services, service: Service): readonly WrongSample[] {
  const wrong: WrongSample[] = [];
  for (const form of service.forms)
    for (const sample of form.samples) {
      const what = wrongness(services, service, form, sample);
      if (what !== null) wrong.push({ form: form.id, sample: sample.line ?? sample.message, what });
    }
  return wrong;
}

function wrongness(services: Services, service: Service, form: CompiledForm, sample: Sample): string | null {
  const reading = readSample(services, service, sample);
  if (reading === null) return 'it is taken for a line of no login service';
  if (typeof reading === 'string') return WHY[reading];
  if (reading.form.id !== form.id) return `form ${reading.form.id} reads it first`;
  if (form.tells === 'nothing') return null;
  const told = {
    user: reading.user,
    source: reading.source?.text ?? null,
    port: reading.port,
    method: reading.method,
    count: reading.count,
    known: reading.known,
  };
  const said = {
    user: sample.user ?? form.user ?? null,
    source: sample.source ?? null,
    port: sample.port ?? null,
    method: sample.method ?? form.method ?? null,
    count: sample.count ?? 1,
    known: sample.known === undefined ? (form.known === 'told' ? null : form.known) : sample.known,
  };
  const differing = (Object.keys(told) as (keyof typeof told)[]).filter((key) => told[key] !== said[key]);
  if (differing.length === 0) return null;
  return differing.map((key) => `${key} is ${text(told[key])}, not ${text(said[key])}`).join('; ');
}

/** The sample as the forms read it. */
export function readSample(
  services: Services,
  service: Service,
  sample: Sample,
): MessageReading | UnreadReason | null {
  if (sample.line === undefined) return services.readMessageOf(service, sample.message);
  const envelope = new Envelope();
  envelope.read(sample.line);
  return services.read(envelope);
}

function text(value: string | number | boolean | null): string {
  return value === null ? 'not told' : JSON.stringify(value);
}
