/** `slowbrute history`: what the daemon remembers, by source, user, campaign and interval; as a table, CSV or lines of JSON. */
import type { Questions } from '../serve/questions.ts';
import { type HistoryFormat, isoTime, renderRows } from '../show/history.ts';
import type { AttemptQuery } from '../store/history.ts';
import type { CommandEffects } from './effects.ts';
import { type PlaceOptions, withQuestions } from './history-access.ts';
import {
  ATTEMPT_COLUMNS,
  BLOCK_COLUMNS,
  CAMPAIGN_COLUMNS,
  LINE_COLUMN,
  SOURCE_COLUMNS,
} from './history-columns.ts';
import { checkZone, timeOption } from './time-option.ts';

export type HistoryKind = 'attempts' | 'sources' | 'campaigns' | 'blocks' | 'size';

export interface HistoryOptions extends PlaceOptions {
  readonly source: string | null;
  readonly network: string | null;
  readonly user: string | null;
  readonly campaign: string | null;
  readonly sensor: string | null;
  readonly service: string | null;
  readonly outcome: 'failure' | 'success' | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly timezone: string | null;
  readonly standing: boolean;
  readonly lines: boolean;
  readonly limit: number | null;
  readonly format: HistoryFormat;
}

/** Rows of a table for a person, unless told otherwise: more than this nobody reads. */
const TABLE_ROWS = 200;

/** Prints what was asked for. Resolves with the exit status. */
export async function history(
  kind: HistoryKind,
  options: HistoryOptions,
  effects: CommandEffects,
): Promise<number> {
  const zone = checkZone(options.timezone ?? 'UTC');
  const since = timeOption('--since', options.since, zone, effects.now());
  const until = timeOption('--until', options.until, zone, effects.now());
  await withQuestions(options, effects, async (questions) => {
    let rows = 0;
    for await (const piece of answer(questions, kind, options, since, until)) {
      effects.stdout.write(piece);
      rows++;
    }
    if (rows === 0 && options.format === 'text') effects.stdout.write('Nothing of that is in the history.\n');
    if (options.format === 'text' && options.limit === null && rows > TABLE_ROWS)
      effects.stderr.write(`slowbrute: these are the newest ${TABLE_ROWS}; --limit 0 prints all\n`);
  });
  return 0;
}

function answer(
  questions: Questions,
  kind: HistoryKind,
  options: HistoryOptions,
  since: number | null,
  until: number | null,
): AsyncGenerator<string> {
  const { format } = options;
  const limit = options.limit ?? (format === 'text' ? TABLE_ROWS : 0);
  const bound = limit === 0 ? {} : { limit };
  const interval = { ...(since === null ? {} : { since }), ...(until === null ? {} : { until }) };
  switch (kind) {
    case 'attempts': {
      const columns =
        options.lines || format !== 'text' ? [...ATTEMPT_COLUMNS, LINE_COLUMN] : ATTEMPT_COLUMNS;
      const query = { ...asked(options), ...interval, ...bound, newestFirst: true };
      return renderRows(questions.attempts(query), columns, format);
    }
    case 'sources':
      return renderRows(
        later(() => questions.sources({ ...asked(options), ...interval, ...bound })),
        SOURCE_COLUMNS,
        format,
      );
    case 'campaigns': {
      const id = options.campaign === null ? {} : { id: options.campaign };
      return renderRows(
        later(() => questions.campaigns({ ...id, ...interval, ...bound })),
        CAMPAIGN_COLUMNS,
        format,
      );
    }
    case 'blocks': {
      const { source, campaign, standing } = options;
      const query = {
        ...(source === null ? {} : { source }),
        ...(campaign === null ? {} : { campaign }),
        ...(standing ? { standing } : {}),
        ...bound,
      };
      return renderRows(
        later(() => questions.blocks(query)),
        BLOCK_COLUMNS,
        format,
      );
    }
    case 'size':
      return renderRows(
        later(async () => [await questions.size()]),
        [
          { title: 'attempts', key: 'attempts', of: (row) => row.attempts },
          { title: 'sources', key: 'sources', of: (row) => row.sources },
          { title: 'campaigns', key: 'campaigns', of: (row) => row.campaigns },
          { title: 'blocks', key: 'blocks', of: (row) => row.blocks },
          { title: 'bytes', key: 'bytes', of: (row) => row.bytes },
          { title: 'oldest attempt', key: 'oldest', of: (row) => isoTime(row.oldest) },
        ],
        format,
      );
  }
}

/** Of the options, what is asked of attempts. */
function asked(options: HistoryOptions): AttemptQuery {
  const { source, network, user, campaign, sensor, service, outcome } = options;
  return {
    ...(source === null ? {} : { source }),
    ...(network === null ? {} : { network }),
    ...(user === null ? {} : { user }),
    ...(campaign === null ? {} : { campaign }),
    ...(sensor === null ? {} : { sensor }),
    ...(service === null ? {} : { service }),
    ...(outcome === null ? {} : { outcome }),
  };
}

async function* later<Row>(ask: () => Promise<readonly Row[]>): AsyncGenerator<Row> {
  yield* await ask();
}
