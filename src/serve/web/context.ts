/** What the web server serves, and what it knows of whoever asks. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { BlockService } from '../../respond/service.ts';
import type { Reporter, TrafficLight } from '../../show/export/format.ts';
import type { Site } from '../../view/site.ts';
import type { Actions } from '../actions.ts';
import type { Status } from '../status.ts';
import type { Token } from './tokens.ts';

export interface Served {
  readonly site: Site;
  /** null: nothing can be blocked from here (a finished log, a history without a daemon). */
  readonly blocks: BlockService | null;
  /** Where what is done by hand is written down; null: nothing can be done. */
  readonly actions: Actions | null;
  /** null: there is no daemon. */
  readonly status: (() => Promise<Status>) | null;
  readonly metrics: (() => Promise<{ readonly text: string; readonly contentType: string }>) | null;
  /** Who answers for exports, and who may read them; left out or null: nobody is named, amber. */
  readonly exporting?: { readonly reporter: Reporter | null; readonly tlp: TrafficLight } | null;
  /** Hears of bugs, which whoever asked is not told; left out: nobody does. */
  readonly failed?: (error: Error) => void;
  /** The clock, seconds since 1970 UTC. */
  now(): number;
}

/** The site as whoever asked wants it: with names that may be passwords, or without. */
export type SiteByNames = (names: 'hidden' | 'shown') => Site;

export interface WebEnv {
  Variables: {
    /** Who asks: the name of a token. */
    who: string;
    token: Token;
  };
}

export type WebApp = OpenAPIHono<WebEnv>;
