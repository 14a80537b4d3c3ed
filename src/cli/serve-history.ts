/** `slowbrute serve` without a log: the history of this machine, through the daemon that owns it, or from the store itself. */
import { Trouble } from '../model/error.ts';
import type { ServeEffects, ServeOptions } from './serve.ts';

export async function serveHistory(_options: ServeOptions, _effects: ServeEffects): Promise<number> {
  throw new Trouble('wrong-call', 'there is no log to look at', 'Name one: slowbrute serve auth.log.');
}
