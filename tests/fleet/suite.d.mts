/** See suite.mjs. */
export function runSuites(options: {
  readonly shards?: number;
  readonly replicas?: number;
  readonly runs?: number;
  readonly url?: string | null;
  readonly only?: readonly ('history' | 'columns' | 'model')[];
}): Promise<
  | { readonly absent: string }
  | { readonly absent?: undefined; readonly status: number; readonly text: string }
>;
