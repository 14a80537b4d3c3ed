/** What there is to export to, who says so, and what comes out: shared by the command, the API and the page. */
import type { Handover } from './handover.ts';

export const EXPORT_FORMATS = [
  'stix',
  'misp',
  'crowdsec',
  'crowdsec-csv',
  'xarf',
  'abuse',
  'csv',
  'json',
  'text',
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** FIRST's Traffic Light Protocol 2.0: who may read it. */
export const TRAFFIC_LIGHTS = ['clear', 'green', 'amber', 'red'] as const;
export type TrafficLight = (typeof TRAFFIC_LIGHTS)[number];

/** Who answers for what is handed on. */
export interface Reporter {
  readonly organisation: string;
  /** Where a question about it is answered. */
  readonly email: string;
}

export interface RenderOptions {
  /** null: nobody is named, and abuse reports cannot be made. */
  readonly reporter: Reporter | null;
  readonly tlp: TrafficLight;
  /** How long whoever takes it over should keep a participant out, seconds. */
  readonly banSeconds: number;
}

export interface Rendered {
  readonly mediaType: string;
  /** With the dot. */
  readonly extension: string;
  /** Pieces of the text, in order. */
  readonly pieces: Iterable<string>;
}

/** Makes the text of a format. Errors: `Trouble` where something that the format needs is not told. */
export type Renderer = (handover: Handover, options: RenderOptions) => Rendered;

/** A list as a JSON text, an element a line, without holding all of it as one string. */
export function* jsonList(head: string, values: Iterable<unknown>, tail: string): Generator<string> {
  yield head;
  let isFirst = true;
  for (const value of values) {
    yield `${isFirst ? '\n' : ',\n'}${JSON.stringify(value)}`;
    isFirst = false;
  }
  yield `\n${tail}`;
}
