/**
 * A site without what may be a password: people type one where the user name belongs, and then it stands in the log. A name that the
 * server does not have and that only one source tried is such; it is hidden unless somebody asks for it. (Who knows the password of
 * nobody tries a name that others try too, and a name that the server has is none.)
 *
 * What is hidden is hidden everywhere, the log's line and the sentences of a report included.
 */
import type { CampaignReport } from '../explain/schema.ts';
import type { AttemptRow, CampaignView, Happened, Picture, Site, SourceView } from './site.ts';

/** Stands where a name is hidden. */
export const HIDDEN = '(hidden)';
/** Attempts that are looked up together. */
const AT_ONCE = 500;

/** `site`, with such names hidden. */
export function redacted(site: Site): Site {
  return {
    overview: (interval) => site.overview(interval),
    campaigns: (interval) => site.campaigns(interval),
    picture: async (query) => redactedPicture(await site.picture(query), site),
    campaign: async (id) => {
      const view = await site.campaign(id);
      return view === null ? null : redactedCampaign(view, site);
    },
    source: async (source) => {
      const view = await site.source(source);
      return view === null ? null : redactedSource(view, site);
    },
    attempts: (filter) => redactedRows(site.attempts(filter), site),
    attempt: async (seq) => {
      const row = await site.attempt(seq);
      return row === null ? null : (await withoutNames([row], site))[0]!;
    },
    participants: (query) => site.participants(query),
    standingBlocks: () => site.standingBlocks(),
    actions: (limit) => site.actions(limit),
    sharedNames: (names) => site.sharedNames(names),
    events: (query) => site.events(query),
    news: async (after) => {
      const news: Happened[] = [];
      for (const one of await site.news(after))
        news.push(
          one.kind === 'attempts' ? { ...one, attempts: await withoutNames(one.attempts, site) } : one,
        );
      return news;
    },
  };
}

async function* redactedRows(rows: AsyncIterable<AttemptRow>, site: Site): AsyncGenerator<AttemptRow> {
  let some: AttemptRow[] = [];
  for await (const row of rows) {
    some.push(row);
    if (some.length < AT_ONCE) continue;
    yield* await withoutNames(some, site);
    some = [];
  }
  yield* await withoutNames(some, site);
}

async function withoutNames(rows: readonly AttemptRow[], site: Site): Promise<readonly AttemptRow[]> {
  const names = new Set(rows.flatMap((row) => (mayHide(row) ? [row.user] : [])));
  if (names.size === 0) return rows;
  const shared = await site.sharedNames([...names]);
  // a line may write the name in ways of its own, so all of it goes
  return rows.map((row) =>
    mayHide(row) && !shared.has(row.user) ? { ...row, user: HIDDEN, text: '' } : row,
  );
}

function mayHide(row: AttemptRow): row is AttemptRow & { readonly user: string } {
  return row.user !== null && row.user !== '' && row.known !== true && !row.success;
}

async function redactedPicture(picture: Picture, site: Site): Promise<Picture> {
  const shared = await site.sharedNames(picture.users);
  return {
    ...picture,
    users: picture.users.map((name) => (shared.has(name) || name === '' ? name : HIDDEN)),
  };
}

async function redactedSource(view: SourceView, site: Site): Promise<SourceView> {
  const names = view.memberships.flatMap((one) => one.names.map(({ user }) => user));
  const shared = await site.sharedNames(names);
  const memberships = view.memberships.map((one) => ({
    ...one,
    names: one.names.map((name) => (shared.has(name.user) ? name : { ...name, user: HIDDEN })),
  }));
  return { ...view, memberships };
}

async function redactedCampaign(view: CampaignView, site: Site): Promise<CampaignView> {
  const { report } = view;
  if (report === null) return view;
  const { sample, first, last, current, mostTried, walk } = report.usernames;
  const names = [...sample, first, last, current, mostTried?.user, walk?.start, walk?.current].filter(
    (name) => name !== null && name !== undefined,
  );
  const shared = await site.sharedNames(names);
  const hidden = new Set(names.filter((name) => !shared.has(name)));
  return hidden.size === 0 ? view : { ...view, report: withoutThese(report, hidden) };
}

function withoutThese(report: CampaignReport, hidden: ReadonlySet<string>): CampaignReport {
  const named = <T extends string | null>(name: T) => (name !== null && hidden.has(name) ? HIDDEN : name);
  const { usernames } = report;
  const { mostTried, walk } = usernames;
  const text = (says: string) => withoutWords(says, hidden);
  return {
    ...report,
    title: text(report.title),
    says: report.says.map(text),
    evidence: report.evidence.map((one) => ({ ...one, says: text(one.says) })),
    usernames: {
      ...usernames,
      sample: usernames.sample.map((name) => named(name)),
      first: named(usernames.first),
      last: named(usernames.last),
      current: named(usernames.current),
      mostTried: mostTried === null ? null : { ...mostTried, user: named(mostTried.user) },
      walk: walk === null ? null : { ...walk, start: named(walk.start), current: named(walk.current) },
    },
  };
}

/** `text` without those words, longest first; where one is part of a longer word it is none. */
function withoutWords(text: string, words: ReadonlySet<string>): string {
  let left = text;
  for (const word of [...words].sort((a, b) => b.length - a.length)) {
    const quoted = word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    left = left.replace(new RegExp(`(?<![\\p{L}\\p{N}])${quoted}(?![\\p{L}\\p{N}])`, 'gu'), HIDDEN);
  }
  return left;
}
