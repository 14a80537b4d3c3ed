/**
 * `slowbrute export`: participants and their campaigns for other programs and other people. From logs that are named, as `scan` reads
 * them; without any, from the history of the daemon on this machine.
 */
import { writeFileSync } from 'node:fs';
import { counted } from '../explain/wording.ts';
import { Trouble } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import { HOUR } from '../model/time.ts';
import { type Exported, exportSite } from '../show/export/export.ts';
import type { ExportFormat, Reporter, TrafficLight } from '../show/export/format.ts';
import { checkEmail } from '../show/export/reporter.ts';
import type { Site } from '../view/site.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions } from './history-access.ts';
import type { TimeOptions } from './load-log.ts';
import { withSite } from './site-access.ts';
import { checkZone, timeOption } from './time-option.ts';
import { writeTrouble } from './write.ts';

export interface ExportCallOptions extends PlaceOptions, TimeOptions {
  readonly format: ExportFormat;
  /** Logs; empty: the history. */
  readonly paths: readonly string[];
  /** null: every campaign. */
  readonly campaign: string | null;
  /** Participants from so sure on, 0 to 1. */
  readonly confidence: number;
  /** Whether names that could be passwords are exported too. */
  readonly showNames: boolean;
  /** null: what the configuration says. */
  readonly organisation: string | null;
  readonly email: string | null;
  readonly tlp: TrafficLight | null;
  /** How long whoever imports decisions keeps a participant out, hours. */
  readonly hours: number;
  /** Files that tell where an address is; empty: what the configuration says, or what is found. */
  readonly places: readonly string[];
  /** A file to write to; null: standard output. */
  readonly output: string | null;
  readonly falseCampaignsPerYear?: number | null;
}

/** Resolves with the exit status: 0 where something was exported (also an empty list), 1 where nothing could be read. */
export async function exportCommand(options: ExportCallOptions, effects: CommandEffects): Promise<number> {
  const { configuration } = configured(options, effects);
  const reporter = reporterOf(options, configuration.export);
  const zone = checkZone(options.timezone ?? 'UTC');
  const since = timeOption('--since', options.since, zone, effects.now());
  const until = timeOption('--until', options.until, zone, effects.now());
  const status = await withSite(options, effects, async (site: Site) => {
    const exported = await exportSite(site, {
      format: options.format,
      confidence: options.confidence,
      names: options.showNames ? 'shown' : 'hidden',
      reporter,
      tlp: options.tlp ?? configuration.export.tlp,
      banSeconds: options.hours * HOUR,
      ...(options.campaign === null ? {} : { campaign: options.campaign }),
      // of a log, what lies outside was not read at all
      ...(since === null || options.paths.length > 0 ? {} : { since }),
      ...(until === null || options.paths.length > 0 ? {} : { until }),
    });
    if (options.campaign !== null && exported.campaigns === 0)
      throw new Trouble(
        'wrong-call',
        `${printable(options.campaign)}: there is no such campaign`,
        'slowbrute scan LOG names those of a log, slowbrute history campaigns those of the history.',
      );
    write(exported, options.output, effects);
    tell(exported, effects);
    return 0;
  });
  return status ?? 1;
}

function reporterOf(
  options: ExportCallOptions,
  configuration: { readonly organisation?: string | undefined; readonly email?: string | undefined },
): Reporter | null {
  const organisation = options.organisation ?? configuration.organisation ?? null;
  const email = options.email === null ? (configuration.email ?? null) : checkEmail(options.email);
  if (email === null) return null;
  return { organisation: organisation ?? email.slice(email.lastIndexOf('@') + 1), email };
}

function write({ pieces }: Exported, output: string | null, effects: CommandEffects): void {
  if (output === null) {
    for (const piece of pieces) effects.stdout.write(piece);
    return;
  }
  try {
    // evidence names hosts of others and accounts of one's own: for whoever made it only
    writeFileSync(output, [...pieces].join(''), { mode: 0o600 });
  } catch (error) {
    throw new Trouble(
      'not-writable',
      `${output}: cannot be written: ${(error as Error).message}`,
      'Name another file, or leave --output out to print it.',
    );
  }
}

function tell({ hiddenNames, participants }: Exported, effects: CommandEffects): void {
  if (participants === 0)
    writeTrouble(effects.stderr, {
      message: 'there is no participant to export',
      remedy: 'slowbrute scan says what was found; --confidence takes in those that are less sure.',
    });
  if (hiddenNames > 0)
    writeTrouble(effects.stderr, {
      message: `left out ${hiddenNames === 1 ? 'a name' : counted(hiddenNames, 'name')} that could be a mistyped password`,
      remedy:
        'An unknown user that one source alone has tried is not exported unless --show-names asks for it.',
    });
}
