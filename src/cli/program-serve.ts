/** Commands around the page and the API. */
import type { Command } from '@commander-js/extra-typings';
import type { CommandEffects } from './effects.ts';
import { FORMS_OPTION, placesIn, several, withPlaces, yearOf } from './program-options.ts';

export function serveCommands(
  program: Command,
  effects: CommandEffects,
  done: (status: number) => void,
): void {
  withPlaces(
    program
      .command('serve')
      .summary('a page to look at, and an API')
      .description('Serves a page and an API: of finished logs, or of what the daemon remembers.')
      .argument('[path...]', 'logs to look at (default: the history of this machine)'),
  )
    .option('--listen <address>', 'where it answers (default: 127.0.0.1:9478)')
    .option('--follow-rotations', 'with auth.log, auth.log.1, auth.log.2.gz and so on')
    .option('--fields <names>', 'fields of JSON and CSV: time=ts,message=msg,..')
    .option('--forms <path>', FORMS_OPTION, several)
    .option('--since <time>', 'from this date, time or span back from now (14d)')
    .option('--until <time>', 'up to this date, time or span back from now')
    .option('--year <year>', 'year of the first line, where lines have none', yearOf)
    .option('--timezone <zone>', 'zone of times that name none (default: UTC)')
    .action(async (paths, options) => {
      const { serve } = await import('./serve.ts');
      done(
        await serve(
          paths,
          {
            ...placesIn(options),
            listen: options.listen ?? null,
            followRotations: options.followRotations ?? false,
            fields: options.fields ?? null,
            forms: options.forms ?? [],
            since: options.since ?? null,
            until: options.until ?? null,
            year: options.year ?? null,
            timezone: options.timezone ?? null,
          },
          effects,
        ),
      );
    });
}
