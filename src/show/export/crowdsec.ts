/**
 * Decisions as `cscli decisions import` takes them, as JSON or CSV (cscli(8); crowdsec, cmd/crowdsec-cli/clidecision/import.go): the
 * fields are duration, reason, scope, type and value; the origin is always `cscli-import`. Durations are Go's: hours, minutes and
 * seconds, no days. A host name is no scope of a bouncer, so participants whose log has only a name are left out.
 */
import { counted } from '../../explain/wording.ts';
import { csvLine } from './csv.ts';
import { jsonList, type Rendered, type RenderOptions } from './format.ts';
import type { Handover } from './handover.ts';
import { isAddress } from './source-kind.ts';

interface Decision {
  readonly duration: string;
  readonly reason: string;
  readonly scope: 'ip';
  readonly type: 'ban';
  readonly value: string;
}

export function renderCrowdsecJson(handover: Handover, options: RenderOptions): Rendered {
  return {
    mediaType: 'application/json',
    extension: '.json',
    pieces: jsonList('[', decisions(handover, options), ']\n'),
  };
}

export function renderCrowdsecCsv(handover: Handover, options: RenderOptions): Rendered {
  return { mediaType: 'text/csv', extension: '.csv', pieces: csv(handover, options) };
}

function* csv(handover: Handover, options: RenderOptions): Generator<string> {
  yield csvLine(['duration', 'reason', 'scope', 'type', 'value']);
  for (const { duration, reason, scope, type, value } of decisions(handover, options))
    yield csvLine([duration, reason, scope, type, value]);
}

/** A source that belongs to two campaigns is decided on once, by the first. */
function* decisions({ campaigns }: Handover, { banSeconds }: RenderOptions): Generator<Decision> {
  const seen = new Set<string>();
  for (const { view, participants } of campaigns)
    for (const one of participants) {
      if (!isAddress(one.source) || seen.has(one.source)) continue;
      seen.add(one.source);
      yield {
        duration: `${Math.max(1, Math.floor(banSeconds))}s`,
        reason: `slowbrute: campaign ${view.row.id}, ${counted(one.attempts, 'attempt')}`,
        scope: 'ip',
        type: 'ban',
        value: one.source,
      };
    }
}
