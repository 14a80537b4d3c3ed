/** `slowbrute status`: how the daemon is, for a person or a program; exit status 0 where it keeps watch without trouble, 1 else. */
import { counted, duration, thousands } from '../explain/wording.ts';
import { printable } from '../model/printable.ts';
import { createClient } from '../serve/client.ts';
import type { InputStatus, Status } from '../serve/status.ts';
import { renderRows } from '../show/history.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions } from './history-access.ts';

export interface StatusOptions extends PlaceOptions {
  readonly format: 'text' | 'json' | 'metrics';
}

/** Throws `Trouble` `not-running` where no daemon answers. */
export async function status(options: StatusOptions, effects: CommandEffects): Promise<number> {
  const { places } = configured(options, effects);
  const client = createClient(places.socket);
  if (options.format === 'metrics') {
    effects.stdout.write(await client.metrics());
    return 0;
  }
  const now = await client.status();
  if (options.format === 'json') effects.stdout.write(`${JSON.stringify(now, null, 2)}\n`);
  else for await (const piece of text(now, effects.now())) effects.stdout.write(piece);
  return now.state === 'watching' ? 0 : 1;
}

async function* text(status: Status, now: number): AsyncGenerator<string> {
  const { campaigns, blocks, history } = status;
  const size = `${thousands(history.attempts)} attempts of ${counted(history.sources, 'source')}, ${(history.bytes / 1e6).toFixed(0)} MB`;
  const isQuiet = campaigns.open === 0;
  yield `slowbrute ${status.version}, process ${status.pid}: ${status.state} for ${duration(now - status.startedAt)}\n`;
  for (const { message, remedy } of status.problems)
    yield `  TROUBLE: ${printable(message, 400)}\n    ${printable(remedy, 400)}\n`;
  yield isQuiet
    ? '  no campaign goes on\n'
    : `  ${counted(campaigns.open, 'campaign')} ${campaigns.open === 1 ? 'goes' : 'go'} on, with ${counted(campaigns.participants, 'participant')}\n`;
  yield blocks.isDryRun
    ? `  nothing is blocked (a dry run): ${counted(blocks.standing, 'block')} would stand\n`
    : `  ${counted(blocks.standing, 'block')} ${blocks.standing === 1 ? 'stands' : 'stand'}, by ${blocks.backends.join(', ')}\n`;
  yield `  history (${status.engine}): ${size}\n\n`;
  yield* renderRows<InputStatus>(
    status.inputs,
    [
      { title: 'input', key: 'input', of: (row) => row.input, most: 60 },
      { title: 'state', key: 'state', of: (row) => row.state },
      { title: 'lines', key: 'lines', of: (row) => row.lines },
      { title: 'attempts', key: 'attempts', of: (row) => row.attempts },
      { title: 'unread', key: 'unread', of: (row) => row.unreadLines },
      {
        title: 'behind',
        key: 'behind',
        of: (row) => (row.lagBytes === null ? null : `${thousands(row.lagBytes)} B`),
      },
      {
        title: 'last line',
        key: 'lastLine',
        of: (row) => (row.lastLineAt === null ? null : `${duration(Math.max(0, now - row.lastLineAt))} ago`),
      },
    ],
    'text',
  );
}
