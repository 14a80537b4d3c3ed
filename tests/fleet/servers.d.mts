/** See servers.mjs. */
export const PASSWORD: string;
export const TENANT: string;
export function absentServers(options?: { readonly cluster?: boolean }): string | null;
export interface Servers {
  readonly folder: string;
  readonly nodes: readonly { readonly http: number; readonly https: number; readonly folder: string }[];
  readonly certificate: { readonly path: string } | null;
  start(index: number): void;
  ready(index: number): Promise<void>;
  kill(index: number): Promise<void>;
  stop(): Promise<void>;
  dropBallast(): void;
  freeze(index: number): void;
  thaw(index: number): void;
  killZooKeeper(): Promise<void>;
  startZooKeeper(): Promise<void>;
  url(database: string, parameters?: Readonly<Record<string, string>>): `clickhouse://${string}`;
  ask(sql: string, index?: number): Promise<string>;
}
export function startServers(options?: {
  readonly shards?: number;
  readonly replicas?: number;
  readonly tls?: boolean;
  readonly settings?: string;
  readonly diskMegabytes?: number;
  readonly ballastMegabytes?: number;
}): Promise<Servers>;
