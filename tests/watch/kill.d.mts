/** See kill.mjs. */
export function killOften(options: {
  readonly kills: number;
  readonly seed: number;
  readonly scenario: string;
  readonly keep?: boolean;
  readonly say?: (text: string) => void;
}): Promise<{
  readonly differences: readonly string[];
  readonly counts: Readonly<Record<'attempts' | 'campaigns' | 'blocks', number>>;
}>;
