/**
 * Where the page has its data from: the API of `slowbrute serve` (http.ts), or what a report to hand on holds (enclosed.ts). Views
 * know this and nothing else. Errors of all: {@link Refusal}.
 */
import type { Block } from '../../src/model/block.ts';
import type { LiveEvent } from '../../src/model/live.ts';
import type {
  Action,
  AttemptFilter,
  AttemptRow,
  CampaignView,
  Interval,
  Overview,
  Picture,
  SourceView,
} from '../../src/view/site.ts';

/** Why there is no answer, in words for a person. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** `signed-out`: a token is wanted; `gone`: there is no such thing; `away`: the server does not answer. */
  readonly kind: 'signed-out' | 'forbidden' | 'gone' | 'away' | 'failed';
  readonly remedy: string;

  constructor(kind: Refusal['kind'], message: string, remedy = '') {
    super(message);
    this.kind = kind;
    this.remedy = remedy;
  }
}

export interface AttemptPage {
  readonly attempts: readonly AttemptRow[];
  /** Hand it in as `after` for what follows; null: there is no more. */
  readonly next: number | null;
}

/** Who looks, and what they may do. */
export interface Session {
  readonly name: string;
  readonly canBlock: boolean;
}

export interface BlockRow {
  readonly block: Block;
}

export interface AllowRow {
  readonly target: string;
  /** Of the configuration otherwise, where it cannot be taken off from here. */
  readonly byHand: boolean;
  readonly why: string;
}

/** What comes in while one looks. */
export interface LiveListener {
  attempts(rows: readonly AttemptRow[], skipped: number): void;
  event(event: LiveEvent): void;
  /** Whether it is connected now. */
  state(isConnected: boolean): void;
}

export interface Gateway {
  readonly kind: 'server' | 'report';
  overview(interval: Interval): Promise<Overview>;
  picture(query: Interval & { readonly limit: number; readonly campaign?: string }): Promise<Picture>;
  campaign(id: string): Promise<CampaignView>;
  source(source: string): Promise<SourceView>;
  attempts(filter: AttemptFilter): Promise<AttemptPage>;
  attempt(seq: number): Promise<AttemptRow>;
  blocks(): Promise<readonly BlockRow[]>;
  allowed(): Promise<readonly AllowRow[]>;
  actions(): Promise<readonly Action[]>;
  /** Where a list of a campaign can be fetched; null where there is none. */
  exportAddress(campaign: string, format: ExportFormat, showsNames: boolean): string | null;
  /** null in a report: there is nothing to do. */
  readonly act: Act | null;
  /** Begins to listen; the function ends it. null where nothing comes. */
  readonly listen: ((listener: LiveListener) => () => void) | null;
}

export const EXPORT_FORMATS = ['stix', 'misp', 'crowdsec', 'xarf', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface Act {
  /** Seconds null: until somebody ends it; `evenPeople`: also where somebody has logged in from. */
  block(target: string, seconds: number | null, why: string, evenPeople: boolean): Promise<void>;
  release(target: string, why: string): Promise<void>;
  allow(target: string, why: string): Promise<void>;
  disallow(target: string, why: string): Promise<void>;
}
