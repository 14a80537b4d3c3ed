/** Where a fleet's attempts and its board are, in words that another process or thread can be told. */
import { clickHousePlace, isClickHouseUrl } from '../store/history/clickhouse/url.ts';
import type { Board } from './board.ts';
import type { WriterStanding } from './clickhouse-attempts.ts';
import type { FleetAttempts } from './fleet-attempts.ts';
import { FolderBoard } from './folder-board.ts';
import { packed } from './parcel.ts';
import { attemptsOfSpool } from './spool.ts';
import { read } from './tasks.ts';

const STANDINGS = 'standings';

export interface FleetPlace {
  /** A folder with attempts dealt by source (spool.ts), or the URL of ClickHouse: all writers of its site. */
  readonly from: string;
  /** A folder that all workers of this detection see; in ClickHouse the name of the detection. */
  readonly board: string;
}

export interface OpenPlace {
  readonly attempts: FleetAttempts;
  readonly board: Board;
  /** When the detection is over: what lies on the board goes, where it is the store's. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Errors: `Trouble` with `not-readable` where there are no attempts; those of a store that is away or refuses. */
export async function openPlace({ from, board }: FleetPlace): Promise<OpenPlace> {
  if (!isClickHouseUrl(from)) {
    const nothing = () => Promise.resolve();
    return {
      attempts: attemptsOfSpool(from),
      board: new FolderBoard(board),
      clear: nothing,
      close: nothing,
    };
  }
  const [{ Shard }, { attemptsOfClickHouse, standingsOf }, { BOARD_WRITER, ClickHouseBoard }] =
    await Promise.all([
      import('../store/history/clickhouse/shard.ts'),
      import('./clickhouse-attempts.ts'),
      import('./clickhouse-board.ts'),
    ]);
  const place = clickHousePlace(from);
  const shard = await Shard.of({ ...place, writer: BOARD_WRITER });
  const inStore = await ClickHouseBoard.of(shard, board, place);
  // the first who comes says how far the writers are: all workers look at the same attempts, while more are written
  if (!(await inStore.has(STANDINGS)))
    await inStore.put(STANDINGS, packed(await standingsOf(shard, place.site)));
  const standings = await read<readonly WriterStanding[]>(inStore, STANDINGS);
  return {
    attempts: attemptsOfClickHouse(shard, place.site, standings),
    board: inStore,
    clear: () => inStore.drop(),
    close: () => shard.close(),
  };
}
