/**
 * What of a site is handed on, gathered once and rendered in whatever format is asked for: its campaigns with their participants,
 * each with the names that it tried. Pure data from here on.
 *
 * **A name that could be a password is not in it.** People type their password where the name belongs; the line that tells of it
 * says an unknown user, seen from one source only. Such names are counted and left out, in the attempts and in the sentences, unless
 * asked for.
 */
import { byText, wellFormed } from '../../explain/values.ts';
import { userText } from '../../explain/wording.ts';
import { HIDDEN } from '../../view/redact.ts';
import type { AttemptRow, CampaignView, Interval, Overview, ParticipantView, Site } from '../../view/site.ts';

export interface HandoverOptions extends Interval {
  /** Only this campaign; left out: all of them. */
  readonly campaign?: string;
  /** Participants from so sure on, 0 to 1. */
  readonly confidence: number;
  /** Whether names that could be passwords are handed on. */
  readonly names: 'hidden' | 'shown';
}

export interface Handover {
  readonly site: Overview['site'];
  /** In the order of their first attempt. */
  readonly campaigns: readonly HandedCampaign[];
  /** Names that were left out because they could be passwords. */
  readonly hiddenNames: number;
}

export interface HandedCampaign {
  readonly view: CampaignView;
  /** One line for a heading, and the campaign in sentences; nothing in them could be a password. */
  readonly title: string;
  readonly says: readonly string[];
  /** Sure enough, and not released; the surest first, then by text. */
  readonly participants: readonly HandedParticipant[];
  readonly names: number;
  readonly sensors: readonly string[];
  readonly services: readonly string[];
}

export interface HandedParticipant extends ParticipantView {
  /** Names that it tried, in the order of its first attempt on them, at most {@link MOST_NAMES}. */
  readonly names: readonly string[];
  /** Of its names, those that could be passwords and are not among them. */
  readonly hiddenNames: number;
  readonly services: readonly string[];
  /** The first of its attempts, and the last where there are more: enough for whoever looks for them in a log of his own. */
  readonly samples: readonly HandedAttempt[];
  readonly successes: number;
}

export interface HandedAttempt {
  readonly time: number;
  readonly service: string;
  readonly success: boolean;
  /** null: no line told it; undefined: it could be a password. */
  readonly user: string | null | undefined;
}

/** Names handed on of one participant: a quiet one has a few dozen, a loud one the same list as all others. */
export const MOST_NAMES = 200;
/** Attempts handed on of one participant as evidence; X-ARF takes 50 pieces. */
export const MOST_SAMPLES = 20;

/** `site`: one that hides nothing (what is hidden is decided here). Errors: `Trouble`, as those of the site. */
export async function gather(site: Site, options: HandoverOptions): Promise<Handover> {
  const interval = intervalOf(options);
  const overview = await site.overview(interval);
  const wanted = overview.campaigns
    .filter(({ id }) => options.campaign === undefined || id === options.campaign)
    .sort((a, b) => a.firstSeen - b.firstSeen || byText(a.id, b.id));
  const campaigns: HandedCampaign[] = [];
  let hiddenNames = 0;
  for (const { id } of wanted) {
    const view = await site.campaign(id);
    if (view === null) continue;
    const tally = new NameTally();
    for await (const attempt of site.attempts({ ...interval, campaign: id })) tally.add(attempt);
    const hidden = options.names === 'shown' ? new Set<string>() : await hiddenOf(site, tally.onlyOnce());
    hiddenNames += hidden.size;
    campaigns.push(handedCampaign(view, tally, hidden, options));
  }
  return { site: overview.site, campaigns, hiddenNames };
}

function intervalOf({ since, until }: Interval): Interval {
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

/** Of names that one source of a campaign alone has tried, those that nobody else of the site has: src/view/redact.ts has the rule. */
async function hiddenOf(site: Site, names: readonly string[]): Promise<ReadonlySet<string>> {
  const shared = await site.sharedNames(names);
  return new Set(names.filter((name) => name !== '' && !shared.has(name)));
}

function handedCampaign(
  view: CampaignView,
  tally: NameTally,
  hidden: ReadonlySet<string>,
  options: HandoverOptions,
): HandedCampaign {
  const told = namesIn(view).filter((name) => hidden.has(name));
  const plain = (text: string) => withoutNames(wellFormed(text), told);
  const participants = view.participants
    // no line tells of a source without a text; whoever asks a damaged history may get one
    .filter((one) => one.source !== '' && one.released === null && one.confidence >= options.confidence)
    .filter((one) => one.lastSeen >= (options.since ?? one.lastSeen))
    .filter((one) => one.firstSeen < (options.until ?? Number.POSITIVE_INFINITY))
    .map((one) => tally.handed(one, hidden))
    .sort((a, b) => b.confidence - a.confidence || byText(a.source, b.source));
  return {
    view,
    title: plain(view.report?.title ?? view.row.title),
    says: [
      ...(view.report?.says ?? []).map(plain),
      ...(view.report === null ? [] : [view.report.certainty]),
      ...(view.report?.evidence ?? []).filter((one) => one.bits > 0).map((one) => plain(one.says)),
    ],
    participants,
    names: view.row.users,
    sensors: tally.sensors(),
    services: tally.services(),
  };
}

interface Tried {
  /** Of the sources that tried it the first, and whether there was another. */
  readonly source: string;
  isShared: boolean;
  /** Whether a line told that there is such an account here, or somebody logged in to it. */
  isAccount: boolean;
}

interface Visitor {
  readonly names: Set<string>;
  readonly services: Set<string>;
  readonly first: AttemptRow[];
  last: AttemptRow[];
  successes: number;
}

/** Who tried which name, in the order of the attempts. */
class NameTally {
  readonly #names = new Map<string, Tried>();
  readonly #visitors = new Map<string, Visitor>();
  readonly #sensors = new Set<string>();
  readonly #services = new Set<string>();

  add(attempt: AttemptRow): void {
    this.#sensors.add(attempt.sensor);
    this.#services.add(attempt.service);
    const visitor = this.#visitor(attempt.source);
    visitor.services.add(attempt.service);
    if (attempt.success) visitor.successes++;
    if (visitor.first.length < MOST_SAMPLES / 2) visitor.first.push(attempt);
    else {
      visitor.last.push(attempt);
      if (visitor.last.length >= MOST_SAMPLES) visitor.last = visitor.last.slice(-MOST_SAMPLES / 2);
    }
    if (attempt.user === null || attempt.user === HIDDEN) return;
    visitor.names.add(attempt.user);
    const tried = this.#names.get(attempt.user);
    const isAccount = attempt.known === true || attempt.success;
    if (tried === undefined)
      this.#names.set(attempt.user, { source: attempt.source, isShared: false, isAccount });
    else {
      tried.isShared ||= tried.source !== attempt.source;
      tried.isAccount ||= isAccount;
    }
  }

  /** Names of no known account that one source alone has tried. */
  onlyOnce(): readonly string[] {
    const once = [...this.#names].filter(([, { isShared, isAccount }]) => !isShared && !isAccount);
    return once.map(([name]) => name);
  }

  handed(one: ParticipantView, hidden: ReadonlySet<string>): HandedParticipant {
    const visitor = this.#visitors.get(one.source);
    const names = [...(visitor?.names ?? [])];
    const shown = names.filter((name) => !hidden.has(name));
    const samples = [...(visitor?.first ?? []), ...(visitor?.last ?? []).slice(-MOST_SAMPLES / 2)];
    return {
      ...one,
      names: shown.slice(0, MOST_NAMES).map(wellFormed),
      hiddenNames: names.length - shown.length,
      services: [...(visitor?.services ?? [])].sort(byText),
      samples: samples.map(({ time, service, success, user }) => ({
        time,
        service,
        success,
        user: user === HIDDEN || (user !== null && hidden.has(user)) ? undefined : user,
      })),
      successes: visitor?.successes ?? 0,
    };
  }

  sensors(): string[] {
    return [...this.#sensors].sort(byText);
  }

  services(): string[] {
    return [...this.#services].sort(byText);
  }

  #visitor(source: string): Visitor {
    const known = this.#visitors.get(source);
    if (known !== undefined) return known;
    const visitor: Visitor = { names: new Set(), services: new Set(), first: [], last: [], successes: 0 };
    this.#visitors.set(source, visitor);
    return visitor;
  }
}

export const NAME_NOT_SHOWN = '(a name not shown)';

/**
 * The names that the sentences of a campaign may tell (src/explain/narrative.ts) but for those of its evidence, which several
 * sources have tried by what that evidence is.
 */
function namesIn({ report }: CampaignView): readonly string[] {
  if (report === null) return [];
  const { sample, first, last, current, mostTried, walk } = report.usernames;
  const names = [...sample, first, last, current, mostTried?.user, walk?.start, walk?.current];
  return names.flatMap((name) => name ?? []);
}

/** How sentences write a name (`userText`): in quotes, or a run of what needs none; what ends a sentence is not of it. */
const WRITTEN_NAME = /"(?:[^"\\]|\\.)*"|[\p{L}\p{N}._@$:%/-]*[\p{L}\p{N}_@$%/-]/gu;

/** `text` without those names. A word of the sentence that is one of them goes too: better one word too few. */
function withoutNames(text: string, hidden: readonly string[]): string {
  if (hidden.length === 0) return text;
  const written = new Set(hidden.map(userText));
  return text.replace(WRITTEN_NAME, (word) => (written.has(word) ? NAME_NOT_SHOWN : word));
}
