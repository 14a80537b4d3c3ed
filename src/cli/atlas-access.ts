/** Where addresses are, for a command: the files that its call names, else those of the configuration, else what is found. */
import type { Configuration } from '../config/schema.ts';
import { type Atlas, openAtlas } from '../read/place/atlas.ts';
import type { CommandEffects } from './effects.ts';
import { writeTrouble } from './write.ts';

/** Errors: `Trouble` where a file that was named cannot be read; one that was found and cannot be is told on standard error. */
export function atlasOf(
  named: readonly string[],
  { places }: Pick<Configuration, 'places'>,
  effects: Pick<CommandEffects, 'stderr'>,
): Atlas {
  const configured = [places.country, places.asn].flatMap((path) => path ?? []);
  return openAtlas({ files: named.length > 0 ? named : configured, look: places.look }, (trouble) =>
    writeTrouble(effects.stderr, trouble),
  );
}
