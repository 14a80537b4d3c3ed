/**
 * The tables of the SQL engines. Texts that come again and again (sources, users, sensors ...) are kept once and meant by
 * number, which makes an attempt 9 bytes in DuckDB and a question of one source a comparison of small integers; what is
 * asked for as a whole (an event, a campaign, a block) is kept as JSON beside the columns by which it is found.
 *
 * `schema` holds the version. A change of the tables is a new entry in {@link MIGRATIONS} and never a change of an old one.
 */
import type { Column, SqlReader, SqlSession, Table } from './sql-session.ts';

function table(name: string, key: number, columns: Readonly<Record<string, Column['type']>>): Table {
  return { name, key, columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })) };
}

/** What the number of a text in `texts` is about. Numbers begin with 1 in each; 0 stands for 'not told'. */
export const KINDS = { user: 0, sensor: 1, service: 2, method: 3, input: 4 } as const;
export type Kind = keyof typeof KINDS;

export const TABLES = {
  texts: table('texts', 2, { kind: 'small', id: 'id', text: 'text' }),
  sources: table('sources', 1, { id: 'id', text: 'text', address: 'text' }),
  /**
   * What a source did so far (source-record.ts). It changes with every attempt, so an engine may add the new row and keep
   * the old ones for a while: the one with the greatest version holds.
   */
  totals: {
    ...table('totals', 1, {
      id: 'id',
      first_seen: 'whole',
      last_seen: 'whole',
      failures: 'whole',
      unknown_user_failures: 'whole',
      successes: 'whole',
      last_success: 'whole',
      success_users: 'text',
      text_day: 'whole',
      texts: 'id',
      version: 'whole',
    }),
    isVersioned: true,
  },
  attempts: table('attempts', 1, {
    seq: 'whole',
    time: 'whole',
    source: 'id',
    user_id: 'id',
    sensor: 'id',
    service: 'id',
    method: 'id',
    /** 0 not told, 1 unknown user, 2 known. */
    account: 'small',
    success: 'small',
    input: 'id',
    line: 'whole',
    nth: 'id',
    text: 'text',
  }),
  events: table('events', 2, {
    seq: 'whole',
    nth: 'whole',
    time: 'whole',
    event: 'text',
  }),
  campaigns: table('campaigns', 1, {
    place: 'id',
    id: 'text',
    first_seen: 'whole',
    last_seen: 'whole',
    ended: 'small',
    head: 'text',
  }),
  participants: table('participants', 2, {
    campaign: 'id',
    place: 'id',
    source: 'id',
    released: 'small',
    record: 'text',
  }),
  blocks: table('blocks', 1, {
    id: 'whole',
    target: 'text',
    source: 'text',
    campaign: 'text',
    ended: 'small',
    block: 'text',
  }),
  /** States of the caller, under a dot and their name; and one of ours, see {@link PROGRESS}. */
  states: table('states', 1, { name: 'text', value: 'text' }),
} as const;

/** How far the history has come, in `states`, as JSON of {@link Standing}: one row less to write for each commit. */
export const PROGRESS = 'progress';

export interface Standing {
  /** Commits so far: tells after an error whether the commit that met it is stored all the same. */
  readonly commits: number;
  readonly lastSeq: number;
  readonly eventSeq: number;
  readonly eventNth: number;
  readonly attempts: number;
  readonly sources: number;
  readonly campaigns: number;
  /** The last line of each input (by its number) that told of an attempt: a later one is new without looking. */
  readonly lastLines: readonly (readonly [input: number, line: number])[];
}

const NOTHING_YET: Standing = {
  commits: 0,
  lastSeq: 0,
  eventSeq: 0,
  eventNth: -1,
  attempts: 0,
  sources: 0,
  campaigns: 0,
  lastLines: [],
};

/** The name of a caller's state in `states`. */
export function stateKey(name: string): string {
  return `.${name}`;
}

export async function readStanding(reader: SqlReader): Promise<Standing> {
  const [row] = await reader.all(`SELECT value FROM states WHERE name = '${PROGRESS}'`);
  return JSON.parse(row![0] as string) as Standing;
}

/** From version n to n + 1, each in a transaction of its own. */
export type Migration = (session: SqlSession) => Promise<void>;

export const MIGRATIONS: readonly Migration[] = [
  async (session) => {
    for (const each of Object.values(TABLES)) await session.create(each);
    await session.append(TABLES.states, [[PROGRESS, JSON.stringify(NOTHING_YET)]]);
  },
];
