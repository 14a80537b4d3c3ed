/**
 * What the program found, for other programs and other people: a site, gathered once (handover.ts) and rendered in one format.
 * docs/exports.md says what each is for.
 */
import { printable } from '../../model/printable.ts';
import { DAY } from '../../model/time.ts';
import type { Site } from '../../view/site.ts';
import { renderAbuse } from './abuse.ts';
import { renderCrowdsecCsv, renderCrowdsecJson } from './crowdsec.ts';
import type { ExportFormat, Rendered, Renderer, RenderOptions } from './format.ts';
import { gather, type Handover, type HandoverOptions } from './handover.ts';
import { renderListCsv, renderListJson, renderListText } from './lists.ts';
import { renderMisp } from './misp.ts';
import { renderStix } from './stix.ts';
import { renderXarf } from './xarf.ts';

/** 0.9 is what detection itself calls a participant (SURE of docs/live.md). */
export const DEFAULT_CONFIDENCE = 0.9;
/** Two weeks, as the first block of a participant (src/respond/policy.ts says why). */
export const DEFAULT_BAN_SECONDS = 14 * DAY;

export interface ExportOptions extends HandoverOptions, RenderOptions {
  readonly format: ExportFormat;
}

export interface Exported extends Rendered {
  /** Without anything that a file system or an HTTP header would stumble over. */
  readonly fileName: string;
  readonly campaigns: number;
  readonly participants: number;
  /** Names that were left out because they could be passwords. */
  readonly hiddenNames: number;
}

const RENDERERS: Record<ExportFormat, Renderer> = {
  stix: renderStix,
  misp: renderMisp,
  crowdsec: renderCrowdsecJson,
  'crowdsec-csv': renderCrowdsecCsv,
  xarf: renderXarf,
  abuse: renderAbuse,
  csv: renderListCsv,
  json: renderListJson,
  text: renderListText,
};

/**
 * Without a campaign that was asked for, `campaigns` is 0 and the text an empty document of its format. Errors: `Trouble`, as those
 * of the site; `wrong-call` where abuse reports are wanted and nobody is named who answers for them.
 */
export async function exportSite(site: Site, options: ExportOptions): Promise<Exported> {
  return exportHandover(await gather(site, options), options);
}

export function exportHandover(handover: Handover, options: ExportOptions): Exported {
  const rendered = RENDERERS[options.format](handover, options);
  const which = options.campaign ?? 'all';
  const stem = `slowbrute-${which}-${options.format}`.replace(/[^a-z0-9-]/gi, '');
  return {
    ...rendered,
    fileName: `${printable(stem, 80)}${rendered.extension}`,
    campaigns: handover.campaigns.length,
    participants: handover.campaigns.reduce((sum, one) => sum + one.participants.length, 0),
    hiddenNames: handover.hiddenNames,
  };
}
