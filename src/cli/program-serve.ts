/** Commands around the page and the API. */
import { type Command, Option } from '@commander-js/extra-typings';
import type { CommandEffects } from './effects.ts';
import { logsIn, placesIn, several, withLogs, withPlaces } from './program-options.ts';

export function serveCommands(
  program: Command,
  effects: CommandEffects,
  done: (status: number) => void,
): void {
  withLogs(
    withPlaces(
      program
        .command('serve')
        .summary('a page to look at, and an API')
        .description('Serves a page and an API: of finished logs, or of what the daemon remembers.')
        .argument('[path...]', 'logs to look at (default: the history of this machine)'),
    )
      .option('--listen <address>', 'where it answers (default: 127.0.0.1:9478)')
      .option('--follow-rotations', 'with auth.log, auth.log.1, auth.log.2.gz and so on'),
  ).action(async (paths, options) => {
    const { serve } = await import('./serve.ts');
    done(
      await serve(
        paths,
        {
          ...placesIn(options),
          listen: options.listen ?? null,
          ...logsIn(options),
        },
        effects,
      ),
    );
  });

  const token = program
    .command('token')
    .summary('who may ask the page and the API')
    .description('Makes, lists and revokes tokens of the page and the API.')
    .addHelpText('after', TOKEN_HELP);

  withPlaces(
    token
      .command('add')
      .description('Makes a token and prints it, this one time.')
      .argument('<name>', 'whose it is: it stands in the audit trail'),
  )
    .option('--scope <scope>', 'read, feed, metrics, block or send (repeatable; default: read)', several)
    .option('--sensor <name>', "with send: whose attempts these are; '*': as lines say (a relay)")
    .option('--for <span>', 'it ends after this: 36h, 90d, 52w (default: never)')
    .addOption(formatOption())
    .action(async (name, options) => {
      const { tokenAdd } = await import('./token.ts');
      const { scope, sensor, for: span, format } = options;
      done(
        await tokenAdd(
          name,
          { ...placesIn(options), scopes: scope ?? [], sensor, span: span ?? null, format },
          effects,
        ),
      );
    });

  withPlaces(token.command('list').description('Lists the tokens; of each its hash alone is kept.'))
    .addOption(formatOption())
    .action(async (options) => {
      const { tokenList } = await import('./token.ts');
      done(
        await tokenList({ ...placesIn(options), scopes: [], span: null, format: options.format }, effects),
      );
    });

  withPlaces(
    token
      .command('revoke')
      .description('Ends a token, and every session begun with it.')
      .argument('<name>', 'which'),
  )
    .addOption(formatOption())
    .action(async (name, options) => {
      const { tokenRevoke } = await import('./token.ts');
      done(
        await tokenRevoke(
          name,
          { ...placesIn(options), scopes: [], span: null, format: options.format },
          effects,
        ),
      );
    });
}

const TOKEN_HELP = `
Scopes: read (everything but acting), feed (participants and blocks alone),
metrics, block (block, release, allow), send (lines and attempts of one sensor to
a collector). Tokens are in the state folder: run it as the user whom
that belongs to.

Examples:
  slowbrute token add ann --scope read --scope block
  slowbrute token add firewall --scope feed --for 52w
  slowbrute token add web1 --scope send --scope feed --sensor web1.example
  slowbrute token revoke ann
`;

function formatOption() {
  return new Option('-f, --format <format>', 'for a person or for a program')
    .choices(['text', 'json'] as const)
    .default('text' as const);
}
