/**
 * A report to hand on as a gateway: everything is in the file. What a server would look up is counted here from the columns of the
 * picture.
 */
import { decodeEnclosed, type Enclosed, type EnclosedLine } from '../../src/view/enclosed.ts';
import {
  type AttemptFilter,
  type AttemptRow,
  IS_KNOWN,
  IS_LOUD,
  IS_SUCCESS,
  IS_UNKNOWN,
  type Picture,
  type SourceView,
} from '../../src/view/site.ts';
import { type AttemptPage, type Gateway, Refusal } from './gateway.ts';

/** Users that a source is told to have logged in as, names that it is told to share. */
const MOST_USERS = 8;
const MOST_NAMES = 100;

/** What `text` (base64 of gzip) holds. Errors: {@link Refusal}. */
export async function openEnclosed(text: string): Promise<Enclosed> {
  try {
    const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return decodeEnclosed(new Uint8Array(await new Response(stream).arrayBuffer()));
  } catch {
    throw new Refusal('failed', 'This file was cut off or changed.', 'Ask for it again.');
  }
}

export function enclosedGateway(enclosed: Enclosed): Gateway {
  const { overview, campaigns, picture } = enclosed;
  const lines = new Map(enclosed.lines.map((one) => [one.at, one]));
  return {
    kind: 'report',
    overview: () => Promise.resolve(overview),
    picture: async ({ limit, campaign, since, until }) => {
      const number = campaign === undefined ? 0 : picture.campaigns.indexOf(campaign) + 1;
      if (number === 0 && since === undefined && until === undefined && limit >= picture.length)
        return picture;
      const from = since === undefined ? 0 : since - picture.from;
      const to = until === undefined ? Number.POSITIVE_INFINITY : until - picture.from;
      return partOf(
        picture,
        (i) =>
          (number === 0 || picture.campaign[i] === number) &&
          picture.time[i]! >= from &&
          picture.time[i]! < to,
        limit,
      );
    },
    campaign: async (id) => campaigns.find(({ row }) => row.id === id) ?? gone(),
    source: async (source) => sourceIn(enclosed, source) ?? gone(),
    attempts: async (filter) => attemptsIn(picture, filter, lines),
    attempt: async (seq) => (seq >= 1 && seq <= picture.length ? rowAt(picture, seq - 1, lines) : gone()),
    blocks: () => Promise.resolve([]),
    allowed: () => Promise.resolve([]),
    actions: () => Promise.resolve([]),
    exportAddress: () => null,
    act: null,
    listen: null,
  };
}

function gone(): never {
  throw new Refusal('gone', 'It is not in this report.');
}

/** Attempts that `wanted` says, thinned out evenly to `limit`; the texts keep their numbers. */
function partOf(picture: Picture, wanted: (i: number) => boolean, limit: number): Picture {
  const all = new Uint32Array(picture.length);
  let n = 0;
  for (let i = 0; i < picture.length; i++) if (wanted(i)) all[n++] = i;
  const kept = Math.min(n, limit);
  const index = Uint32Array.from({ length: kept }, (_, k) => all[Math.floor((k * n) / kept)]!);
  const pick = <C extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(column: C): C => {
    const out = new (column.constructor as new (length: number) => C)(kept);
    for (let k = 0; k < kept; k++) out[k] = column[index[k]!]!;
    return out;
  };
  return {
    ...picture,
    length: kept,
    all: n,
    isThinned: picture.isThinned || kept < n,
    time: pick(picture.time),
    user: pick(picture.user),
    source: pick(picture.source),
    sensor: pick(picture.sensor),
    campaign: pick(picture.campaign),
    flags: pick(picture.flags),
    seq: pick(picture.seq),
  };
}

type Lines = ReadonlyMap<number, EnclosedLine>;

function rowAt(picture: Picture, i: number, lines: Lines): AttemptRow {
  const told = lines.get(i);
  const flags = picture.flags[i]!;
  return {
    seq: i + 1,
    time: picture.from + picture.time[i]!,
    sensor: picture.sensors[picture.sensor[i]!] ?? '',
    service: '',
    source: picture.sources[picture.source[i]!] ?? '',
    user: picture.users[picture.user[i]!] ?? null,
    known: (flags & IS_KNOWN) !== 0 ? true : (flags & IS_UNKNOWN) !== 0 ? false : null,
    success: (flags & IS_SUCCESS) !== 0,
    method: null,
    campaign: picture.campaigns[picture.campaign[i]! - 1] ?? null,
    text: told?.text ?? '',
    input: told?.input ?? '',
    line: told?.line ?? 0,
  };
}

function attemptsIn(picture: Picture, filter: AttemptFilter, lines: Lines): AttemptPage {
  const source = filter.source === undefined ? -1 : picture.sources.indexOf(filter.source);
  const campaign = filter.campaign === undefined ? -1 : picture.campaigns.indexOf(filter.campaign) + 1;
  const limit = filter.limit ?? 100;
  const isBack = filter.newestFirst === true;
  const wantsSuccess = filter.outcome === undefined ? null : filter.outcome === 'success';
  const from = (filter.since ?? Number.NEGATIVE_INFINITY) - picture.from;
  const to = (filter.until ?? Number.POSITIVE_INFINITY) - picture.from;
  const attempts: AttemptRow[] = [];
  const start = isBack ? (filter.after ?? picture.length + 1) - 2 : (filter.after ?? 0);
  for (let i = start; i >= 0 && i < picture.length && attempts.length < limit; i += isBack ? -1 : 1) {
    if (picture.time[i]! < from || picture.time[i]! >= to) continue;
    if (filter.source !== undefined && picture.source[i] !== source) continue;
    if (filter.campaign !== undefined && picture.campaign[i] !== campaign) continue;
    if (wantsSuccess !== null && ((picture.flags[i]! & IS_SUCCESS) !== 0) !== wantsSuccess) continue;
    attempts.push(rowAt(picture, i, lines));
  }
  return { attempts, next: attempts.length < limit ? null : attempts.at(-1)!.seq };
}

function sourceIn({ picture, campaigns }: Enclosed, source: string): SourceView | null {
  const index = picture.sources.indexOf(source);
  const memberships = campaigns.flatMap((campaign) =>
    campaign.participants.filter((one) => one.source === source).map((one) => ({ one, id: campaign.row.id })),
  );
  if (index < 0 && memberships.length === 0) return null;
  let failures = 0;
  let unknownUserFailures = 0;
  let successes = 0;
  let isLoud = false;
  let first: number | null = null;
  let last: number | null = null;
  const users = new Set<string>();
  for (let i = 0; i < picture.length; i++) {
    if (picture.source[i] !== index) continue;
    const flags = picture.flags[i]!;
    first ??= picture.from + picture.time[i]!;
    last = picture.from + picture.time[i]!;
    if ((flags & IS_LOUD) !== 0) isLoud = true;
    if ((flags & IS_SUCCESS) !== 0) {
      successes++;
      const user = picture.users[picture.user[i]!];
      if (user !== undefined && users.size < MOST_USERS) users.add(user);
    } else {
      failures++;
      if ((flags & IS_UNKNOWN) !== 0) unknownUserFailures++;
    }
  }
  const part = memberships[0];
  return {
    source,
    place: part?.one.place ?? null,
    firstSeen: part?.one.firstSeen ?? first,
    lastSeen: part?.one.lastSeen ?? last,
    failures,
    unknownUserFailures,
    successes,
    successUsers: [...users],
    isLoud,
    memberships: memberships.map(({ one, id }) => ({
      campaign: id,
      confidence: one.confidence,
      named: null,
      released: one.released,
      names: sharedIn(picture, index, picture.campaigns.indexOf(id) + 1),
    })),
    block: null,
    why:
      part === undefined
        ? 'It takes part in no campaign of this report.'
        : `It takes part in campaign ${part.id}. A report blocks nobody.`,
    pastBlocks: [],
    actions: [],
  };
}

/** Names that the source tried in the campaign, with who else did: those that most others tried first. */
function sharedIn(
  picture: Picture,
  source: number,
  campaign: number,
): SourceView['memberships'][number]['names'] {
  const own = new Map<number, number>();
  for (let i = 0; i < picture.length; i++)
    if (picture.source[i] === source && picture.campaign[i] === campaign && !own.has(picture.user[i]!))
      own.set(picture.user[i]!, i);
  const others = new Map<number, Set<number>>();
  const before = new Map<number, number>();
  for (let i = 0; i < picture.length; i++) {
    const user = picture.user[i]!;
    const mine = own.get(user);
    if (mine === undefined || picture.campaign[i] !== campaign || picture.source[i] === source) continue;
    const set = others.get(user) ?? new Set<number>();
    others.set(user, set.add(picture.source[i]!));
    if (i < mine) before.set(user, i);
  }
  return [...own]
    .filter(([user]) => picture.users[user] !== undefined)
    .map(([user, i]) => {
      const one = before.get(user);
      return {
        user: picture.users[user]!,
        time: picture.from + picture.time[i]!,
        others: others.get(user)?.size ?? 0,
        before:
          one === undefined
            ? null
            : {
                source: picture.sources[picture.source[one]!] ?? '',
                seconds: picture.time[i]! - picture.time[one]!,
              },
      };
    })
    .sort((a, b) => b.others - a.others)
    .slice(0, MOST_NAMES);
}
