/** What the web server serves, and what it knows of whoever asks. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { BlockService } from '../../respond/service.ts';
import type { Site } from '../../view/site.ts';
import type { Status } from '../status.ts';

export interface Served {
  readonly site: Site;
  /** null: nothing can be blocked from here (a finished log, a history without a daemon). */
  readonly blocks: BlockService | null;
  /** null: there is no daemon. */
  readonly status: (() => Promise<Status>) | null;
  readonly metrics: (() => Promise<{ readonly text: string; readonly contentType: string }>) | null;
  /** The clock, seconds since 1970 UTC. */
  now(): number;
}

export interface WebEnv {
  Variables: {
    /** Who asks: the name of a token. */
    who: string;
  };
}

export type WebApp = OpenAPIHono<WebEnv>;
