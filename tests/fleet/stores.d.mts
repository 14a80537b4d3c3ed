export interface StoresCompared {
  readonly absent?: string;
  readonly differences?: readonly string[];
  readonly scenarios?: number;
  readonly attempts?: number;
  readonly reports?: number;
}
export function compareStores(options: {
  readonly scenarios?: readonly string[] | null;
  readonly seed?: number;
  readonly replicas?: number;
  readonly url?: string | null;
  readonly say?: (text: string) => void;
}): Promise<StoresCompared>;
