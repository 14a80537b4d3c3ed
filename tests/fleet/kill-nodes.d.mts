/** See kill-nodes.mjs. */
export function killNodes(options: {
  readonly seconds: number;
  readonly every?: number;
  readonly writers?: number;
  readonly rows?: number;
  readonly say?: (text: string) => void;
}): Promise<{
  readonly faults: readonly string[];
  readonly kills: number;
  readonly done: readonly { readonly acknowledged: number; readonly commits: number }[];
} | null>;
