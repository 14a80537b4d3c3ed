/**
 * STIX 2.1 (OASIS Standard, 10 June 2021): who says it, the campaign, the way it attacks, and for each participant its address, what
 * was observed of it, an indicator that finds it elsewhere, and a sighting. Section numbers are of that document.
 *
 * Identifiers are UUIDs of version 5: of observables in the namespace that section 2.9 gives, of everything else in one of our own,
 * so that a later export of the same campaign is a newer version of the same objects (`modified`) and no second campaign.
 */
import { reportTime, wellFormed } from '../../explain/values.ts';
import { counted } from '../../explain/wording.ts';
import { printable } from '../../model/printable.ts';
import { DAY } from '../../model/time.ts';
import { jsonList, type Rendered, type RenderOptions, type TrafficLight } from './format.ts';
import type { HandedCampaign, HandedParticipant, Handover } from './handover.ts';
import { sourceKind } from './source-kind.ts';
import { SLOWBRUTE_NAMESPACE, uuidOfName } from './uuid.ts';

/** The namespace of identifiers of cyber-observable objects, section 2.9. */
const OBSERVABLE_NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7';

/** An object of a bundle; which properties it has depends on its type. */
type StixObject = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

/** The marking definitions of section 7.2.1.4, whose identifiers and dates are fixed. Since TLP 2.0 white is called clear. */
const TLP: Record<TrafficLight, { readonly colour: string; readonly id: string }> = {
  clear: { colour: 'white', id: 'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9' },
  green: { colour: 'green', id: 'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da' },
  amber: { colour: 'amber', id: 'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82' },
  red: { colour: 'red', id: 'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed' },
};

/**
 * How long an indicator is worth looking for after its last attempt: what live detection remembers (DEFAULT_LIVE_OPTIONS.memoryDays).
 * At half of it slow campaigns would fall out between two visits; at twice, addresses have long been handed on to others.
 */
const VALID_SECONDS = 90 * DAY;

/** Largest `number_observed`, section 4.14. */
const MOST_OBSERVED = 999_999_999;

export function renderStix(handover: Handover, options: RenderOptions): Rendered {
  const name = bundleName(handover);
  return {
    mediaType: 'application/stix+json;version=2.1',
    extension: '.json',
    pieces: jsonList(
      `{"type":"bundle","id":"bundle--${uuidOfName(SLOWBRUTE_NAMESPACE, name)}","objects":[`,
      objects(handover, options),
      ']}\n',
    ),
  };
}

function bundleName({ site, campaigns }: Handover): string {
  return JSON.stringify(['bundle', siteKey(site), site.now, campaigns.map(({ view }) => view.row.id)]);
}

/** What names a site for ever: its sensors, as paths of logs and folders differ from day to day. */
function siteKey(site: Handover['site']): readonly string[] {
  return site.sensors.length > 0 ? [...site.sensors].sort() : [site.name];
}

function* objects(handover: Handover, options: RenderOptions): Generator<StixObject> {
  const maker = new Maker(handover, options);
  yield maker.marking;
  yield maker.identity;
  if (handover.campaigns.length === 0) return;
  yield maker.attackPattern;
  const observables = new Set<string>();
  for (const campaign of handover.campaigns)
    for (const object of maker.campaign(campaign)) {
      // two campaigns may try the same name or come from the same network: an object is in a bundle once
      if (observables.has(object.id)) continue;
      if (!('created' in object)) observables.add(object.id);
      yield object;
    }
}

class Maker {
  readonly marking: StixObject;
  readonly identity: StixObject;
  readonly attackPattern: StixObject;
  readonly #site: Handover['site'];
  readonly #modified: string;
  readonly #key: readonly string[];

  constructor({ site }: Handover, { reporter, tlp }: RenderOptions) {
    this.#site = site;
    this.#key = siteKey(site);
    this.#modified = timestamp(site.now);
    const { colour, id } = TLP[tlp];
    this.marking = {
      type: 'marking-definition',
      spec_version: '2.1',
      id,
      created: '2017-01-20T00:00:00.000Z',
      definition_type: 'tlp',
      name: `TLP:${colour.toUpperCase()}`,
      definition: { tlp: colour },
    };
    const who = reporter?.organisation ?? listOf(site.sensors);
    this.identity = {
      type: 'identity',
      spec_version: '2.1',
      id: `identity--${this.#uuid('identity', who)}`,
      created: timestamp(site.firstSeen ?? 0),
      modified: timestamp(site.firstSeen ?? 0),
      name: clean(who),
      identity_class: reporter === null ? 'system' : 'organization',
      ...(reporter === null ? {} : { contact_information: clean(reporter.email) }),
      object_marking_refs: [id],
    };
    this.attackPattern = {
      type: 'attack-pattern',
      ...this.#common('attack-pattern', 'T1110', site.firstSeen ?? 0),
      modified: timestamp(site.firstSeen ?? 0),
      name: 'Brute Force: Password Guessing, distributed',
      description:
        'Many sources share one list of user names, each with few attempts, so that none of them exceeds a threshold.',
      external_references: [
        {
          source_name: 'mitre-attack',
          external_id: 'T1110',
          url: 'https://attack.mitre.org/techniques/T1110',
        },
        {
          source_name: 'mitre-attack',
          external_id: 'T1110.001',
          url: 'https://attack.mitre.org/techniques/T1110/001',
        },
      ],
    };
  }

  *campaign(campaign: HandedCampaign): Generator<StixObject> {
    const { row } = campaign.view;
    const campaignKey = `${row.id} ${row.firstSeen}`;
    const object: StixObject = {
      type: 'campaign',
      ...this.#common('campaign', campaignKey, row.opened ?? row.firstSeen),
      name: clean(campaign.title),
      description: clean(campaign.says.join('\n\n') || campaign.title),
      first_seen: timestamp(row.firstSeen),
      last_seen: timestamp(Math.max(row.lastSeen, row.firstSeen)),
      objective: 'Logins by guessed passwords',
      ...(campaign.services.length === 0
        ? {}
        : { labels: campaign.services.map((service) => clean(`service:${service}`)) }),
    };
    yield object;
    yield this.#relationship('uses', object.id, this.attackPattern.id, row.opened ?? row.firstSeen);
    for (const one of campaign.participants) yield* this.#participant(one, campaignKey, object.id);
  }

  *#participant(one: HandedParticipant, campaignKey: string, campaign: string): Generator<StixObject> {
    const [address, ...others] = this.#address(one);
    const accounts = [...new Set(one.names.map(clean))].map((name) => this.#account(name));
    yield* [...others, address, ...accounts];
    const key = `${campaignKey} ${one.source}`;
    const { firstSeen } = one;
    const lastSeen = Math.max(one.lastSeen, firstSeen);
    const observed: StixObject = {
      type: 'observed-data',
      ...this.#common('observed-data', key, firstSeen),
      first_observed: timestamp(firstSeen),
      last_observed: timestamp(lastSeen),
      number_observed: Math.min(MOST_OBSERVED, Math.max(1, one.attempts)),
      object_refs: [address, ...accounts].map(({ id }) => id),
    };
    const indicator: StixObject = {
      type: 'indicator',
      ...this.#common('indicator', key, firstSeen),
      name: `Participant ${clean(one.source)}`,
      description: clean(descriptionOf(one)),
      indicator_types: one.successes > 0 ? ['malicious-activity', 'compromised'] : ['malicious-activity'],
      pattern: patternOf(one.source),
      pattern_type: 'stix',
      pattern_version: '2.1',
      valid_from: timestamp(firstSeen),
      valid_until: timestamp(lastSeen + VALID_SECONDS),
      confidence: Math.round(Math.min(1, Math.max(0, one.confidence)) * 100),
    };
    yield* [observed, indicator];
    yield {
      type: 'sighting',
      ...this.#common('sighting', key, firstSeen),
      first_seen: timestamp(firstSeen),
      last_seen: timestamp(lastSeen),
      count: Math.min(MOST_OBSERVED, Math.max(1, one.attempts)),
      sighting_of_ref: indicator.id,
      observed_data_refs: [observed.id],
      where_sighted_refs: [this.identity.id],
    };
    yield this.#relationship('indicates', indicator.id, campaign, firstSeen);
    yield this.#relationship('based-on', indicator.id, observed.id, firstSeen);
  }

  /** The address or host name, then its network where that is known. */
  #address(one: HandedParticipant): readonly [StixObject, ...StixObject[]] {
    const type = { ipv4: 'ipv4-addr', ipv6: 'ipv6-addr', host: 'domain-name' }[sourceKind(one.source)];
    const value = clean(one.source);
    const asn = type === 'domain-name' ? null : (one.place?.asn ?? null);
    if (asn === null) return [this.#observable(type, { value }, {})];
    const { network } = one.place!;
    const system = this.#observable(
      'autonomous-system',
      { number: asn },
      network === null ? {} : { name: clean(network) },
    );
    return [this.#observable(type, { value }, { belongs_to_refs: [system.id] }), system];
  }

  #account(name: string): StixObject {
    return this.#observable('user-account', { account_login: name }, {});
  }

  /** `named`: the properties that its identifier is made of, in alphabetical order (RFC 8785), as section 2.9 has it. */
  #observable(type: string, named: Record<string, unknown>, more: Record<string, unknown>): StixObject {
    const id = `${type}--${uuidOfName(OBSERVABLE_NAMESPACE, JSON.stringify(named))}`;
    return { type, spec_version: '2.1', id, ...named, ...more, object_marking_refs: [this.marking.id] };
  }

  #relationship(kind: string, from: string, to: string, created: number): StixObject {
    return {
      type: 'relationship',
      ...this.#common('relationship', `${kind} ${from} ${to}`, created),
      relationship_type: kind,
      source_ref: from,
      target_ref: to,
    };
  }

  #common(type: string, key: string, created: number) {
    return {
      spec_version: '2.1',
      id: `${type}--${this.#uuid(type, key)}`,
      created_by_ref: this.identity.id,
      created: timestamp(Math.min(created, this.#site.now)),
      modified: this.#modified,
      object_marking_refs: [this.marking.id],
    };
  }

  #uuid(type: string, key: string): string {
    return uuidOfName(SLOWBRUTE_NAMESPACE, JSON.stringify([type, this.#key, key]));
  }
}

/** Milliseconds are customary, and the fixed marking definitions have them (section 3.2 takes any precision). */
function timestamp(seconds: number): string {
  return reportTime(seconds).replace(/Z$/, '.000Z');
}

/** Whatever a log held, printable: other programs show these texts too. */
function clean(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(wellFormed(line), 4000))
    .join('\n');
}

function listOf(sensors: readonly string[]): string {
  const shown = sensors.slice(0, 3).join(', ');
  return sensors.length === 0
    ? 'slowbrute'
    : `slowbrute on ${shown}${sensors.length > 3 ? ' and others' : ''}`;
}

function descriptionOf(one: HandedParticipant): string {
  const { place } = one;
  const parts = [
    `${counted(one.attempts, 'attempt')} from ${reportTime(one.firstSeen)} to ${reportTime(one.lastSeen)}`,
    ...(place?.country == null ? [] : [`country ${place.country}`]),
    ...(place?.asn == null ? [] : [`AS${place.asn}${place.network === null ? '' : ` (${place.network})`}`]),
    ...(one.successes === 0 ? [] : [`${counted(one.successes, 'login')} succeeded`]),
    ...(one.hiddenNames === 0 ? [] : [`${counted(one.hiddenNames, 'name')} not shown`]),
  ];
  return `${parts.join('; ')}.`;
}

/** Section 9: a string is in single quotes; in it a backslash stands before a quote and before a backslash. */
function patternOf(source: string): string {
  const path = { ipv4: 'ipv4-addr:value', ipv6: 'ipv6-addr:value', host: 'domain-name:value' }[
    sourceKind(source)
  ];
  return `[${path} = '${clean(source).replace(/[\\']/g, '\\$&')}']`;
}
