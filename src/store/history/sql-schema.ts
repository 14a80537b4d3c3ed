/**
 * The tables of the SQL engines. Texts that come again and again (sources, users, sensors ...) are kept once and meant by
 * number, which makes an attempt 9 bytes in DuckDB and a question of one source a comparison of small integers; what is
 * asked for as a whole (an event, a campaign, a block) is kept as JSON beside the columns by which it is found.
 *
 * `schema` holds the version. A change of the tables is a new entry in {@link MIGRATIONS} and never a change of an old one.
 */
import type { Column, SqlSession, Table } from './sql-session.ts';

function table(name: string, key: number, columns: Readonly<Record<string, Column['type']>>): Table {
  return { name, key, columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })) };
}

/** What the number of a text in `texts` is about. Numbers begin with 1 in each; 0 stands for 'not told'. */
export const KINDS = { user: 0, sensor: 1, service: 2, method: 3, input: 4 } as const;
export type Kind = keyof typeof KINDS;

export const TABLES = {
  /** One row: how far the history has come, and how many there are of what. */
  progress: table('progress', 1, {
    one: 'small',
    /** Commits so far: tells after an error whether the commit that met it is stored all the same. */
    commits: 'whole',
    last_seq: 'whole',
    event_seq: 'whole',
    event_nth: 'whole',
    attempts: 'whole',
    sources: 'whole',
    campaigns: 'whole',
  }),
  texts: table('texts', 2, { kind: 'small', id: 'id', text: 'text' }),
  /** The last line of each input that told of an attempt: a later one is new without looking. */
  inputs: table('inputs', 1, { id: 'id', last_line: 'whole' }),
  sources: table('sources', 1, {
    id: 'id',
    text: 'text',
    address: 'text',
    first_seen: 'whole',
    last_seen: 'whole',
    failures: 'whole',
    unknown_user_failures: 'whole',
    successes: 'whole',
    last_success: 'whole',
    success_users: 'text',
    text_day: 'whole',
    texts: 'id',
  }),
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
  states: table('states', 1, { name: 'text', value: 'text' }),
} as const;

/** From version n to n + 1, each in a transaction of its own. */
export type Migration = (session: SqlSession) => Promise<void>;

export const MIGRATIONS: readonly Migration[] = [
  async (session) => {
    for (const each of Object.values(TABLES)) await session.create(each);
    await session.append(TABLES.progress, [[0, 0, 0, 0, -1, 0, 0, 0]]);
  },
];
