/**
 * MISP events (MISP core format, draft-dulaunoy-misp-core-format; the JSON schema of MISP 2.5): one event for each campaign, with an
 * attribute for each participant, an object `authentication-failure-report` for what it tried, and the evidence as text. Several
 * events are a list under `response`, as MISP's own export has them. Every number is a text there.
 */
import { reportDate, reportTime, wellFormed } from '../../explain/values.ts';
import { counted } from '../../explain/wording.ts';
import { printable } from '../../model/printable.ts';
import type { Rendered, RenderOptions, TrafficLight } from './format.ts';
import type { HandedCampaign, HandedParticipant, Handover } from './handover.ts';
import { sourceKind } from './source-kind.ts';
import { SLOWBRUTE_NAMESPACE, uuidOfName } from './uuid.ts';

/** Of MISP's object templates, `objects/authentication-failure-report/definition.json`. */
const TEMPLATE = {
  name: 'authentication-failure-report',
  description: 'Authentication Failure Report',
  'meta-category': 'network',
  template_uuid: '9b39afe0-9809-4fe0-8a0b-4cec2b140dd2',
  template_version: '4',
};

/** From so sure on an attribute is one to block or to look for by itself: what detection calls a participant. */
const TO_IDS = 0.9;

/** Section 2.2.1: threat level 1 is high, 2 medium; analysis 2 is complete, 1 ongoing; distribution 0 is this organisation only, 5 as the event. */
const LEVEL = { high: '1', medium: '2' };
const ANALYSIS = { ongoing: '1', complete: '2' };
const OWN_ORGANISATION = '0';
const AS_EVENT = '5';

/** MISP's taxonomies tlp (where white is since called clear) and rsit, and its galaxy of ATT&CK. */
const COLOURS: Record<TrafficLight, string> = {
  clear: '#FFFFFF',
  green: '#33FF00',
  amber: '#FFC000',
  red: '#FF2B2B',
};

export function renderMisp(handover: Handover, options: RenderOptions): Rendered {
  return { mediaType: 'application/json', extension: '.json', pieces: pieces(handover, options) };
}

function* pieces(handover: Handover, options: RenderOptions): Generator<string> {
  const isOne = handover.campaigns.length === 1;
  yield isOne ? '' : '{"response":[';
  let isFirst = true;
  for (const campaign of handover.campaigns) {
    const event = JSON.stringify({ Event: eventOf(handover, campaign, options) }, null, 1);
    yield isFirst ? event : `,\n${event}`;
    isFirst = false;
  }
  yield isOne ? '\n' : ']}\n';
}

function eventOf({ site }: Handover, campaign: HandedCampaign, { reporter, tlp }: RenderOptions) {
  const { row } = campaign.view;
  const key = JSON.stringify([[...site.sensors].sort(), row.id, row.firstSeen]);
  const uuid = (...parts: readonly string[]) =>
    uuidOfName(SLOWBRUTE_NAMESPACE, JSON.stringify(['misp', key, ...parts]));
  const timestamp = String(Math.floor(site.now));
  const maker = new Maker(uuid, timestamp);
  const orgc = clean(reporter?.organisation ?? 'slowbrute');
  return {
    uuid: uuid('event'),
    info: clean(campaign.title).slice(0, 1000),
    date: reportDate(row.firstSeen),
    timestamp,
    published: false,
    threat_level_id: row.compromised > 0 ? LEVEL.high : LEVEL.medium,
    analysis: row.isOngoing ? ANALYSIS.ongoing : ANALYSIS.complete,
    distribution: OWN_ORGANISATION,
    Orgc: { name: orgc, uuid: uuidOfName(SLOWBRUTE_NAMESPACE, JSON.stringify(['organisation', orgc])) },
    Tag: [
      { name: `tlp:${tlp}`, colour: COLOURS[tlp] },
      { name: 'rsit:intrusion-attempts="brute-force"' },
      { name: 'misp-galaxy:mitre-attack-pattern="Password Guessing - T1110.001"' },
    ],
    Attribute: [
      ...campaign.says.map((says, i) => maker.sentence(says, i)),
      ...campaign.participants.map((one) => maker.address(one)),
    ],
    Object: campaign.participants.map((one) => maker.report(one)),
  };
}

class Maker {
  readonly #uuid: (...parts: readonly string[]) => string;
  readonly #timestamp: string;

  constructor(uuid: (...parts: readonly string[]) => string, timestamp: string) {
    this.#uuid = uuid;
    this.#timestamp = timestamp;
  }

  sentence(says: string, nth: number) {
    return {
      ...this.#attribute(['sentence', String(nth)]),
      category: 'Other',
      type: 'comment',
      to_ids: false,
      disable_correlation: true,
      value: clean(says),
    };
  }

  address(one: HandedParticipant) {
    return {
      ...this.#attribute(['address', one.source]),
      category: 'Network activity',
      type: sourceKind(one.source) === 'host' ? 'hostname' : 'ip-src',
      to_ids: one.confidence >= TO_IDS,
      disable_correlation: false,
      value: clean(one.source),
      comment: clean(commentOf(one)),
      ...seen(one),
    };
  }

  /** What it tried. Names correlate with every other list of names there is, so they don't. */
  report(one: HandedParticipant) {
    const attribute = (relation: string, type: string, value: string, toCorrelate: boolean) => ({
      ...this.#attribute(['report', one.source, relation, value]),
      object_relation: relation,
      category: type === 'ip-src' ? 'Network activity' : 'Other',
      type,
      to_ids: false,
      disable_correlation: !toCorrelate,
      value,
    });
    const isAddress = sourceKind(one.source) !== 'host';
    return {
      ...TEMPLATE,
      uuid: this.#uuid('report', one.source),
      timestamp: this.#timestamp,
      distribution: AS_EVENT,
      ...seen(one),
      ...(isAddress ? {} : { comment: `from ${clean(one.source)}` }),
      Attribute: [
        ...(isAddress ? [attribute('ip-src', 'ip-src', clean(one.source), true)] : []),
        attribute('total', 'counter', String(one.attempts), false),
        // without a service that is told it was some login
        attribute(
          'type',
          'text',
          clean(one.services.join(', ').replace(/\bsshd\b/, 'ssh')) || 'login',
          false,
        ),
        ...[...new Set(one.names.map(clean))]
          .filter((name) => name !== '')
          .map((name) => attribute('username', 'text', name, false)),
      ],
    };
  }

  #attribute(name: readonly string[]) {
    return {
      uuid: this.#uuid('attribute', ...name),
      timestamp: this.#timestamp,
      distribution: AS_EVENT,
      deleted: false,
    };
  }
}

function seen({ firstSeen, lastSeen }: HandedParticipant) {
  return { first_seen: reportTime(firstSeen), last_seen: reportTime(Math.max(firstSeen, lastSeen)) };
}

function commentOf(one: HandedParticipant): string {
  const { place } = one;
  const parts = [
    `${counted(one.attempts, 'attempt')}, ${Math.floor(one.confidence * 1000) / 10} % sure`,
    ...(place?.country == null ? [] : [place.country]),
    ...(place?.asn == null ? [] : [`AS${place.asn}${place.network === null ? '' : ` ${place.network}`}`]),
    ...(one.successes === 0 ? [] : [`${counted(one.successes, 'login')} succeeded`]),
    ...(one.hiddenNames === 0 ? [] : [`${counted(one.hiddenNames, 'name')} not shown`]),
  ];
  return parts.join('; ');
}

function clean(text: string): string {
  return printable(wellFormed(text), 4000);
}
