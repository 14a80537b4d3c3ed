/** Where addresses are, for whoever shows them. */
export interface Places {
  placeOf(source: string): Place | null;
  /** Words that must stand wherever such places are shown: the licence of the data asks for it. */
  readonly attributions: readonly string[];
}

/** Where an address is by the data that the user has; what the data does not tell is null. */
export interface Place {
  /** ISO 3166-1, two letters. */
  readonly country: string | null;
  /** Number and name of its autonomous system, RFC 1930. */
  readonly asn: number | null;
  readonly network: string | null;
}
