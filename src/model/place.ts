/** Where an address is by the data that the user has; what the data does not tell is null. */
export interface Place {
  /** ISO 3166-1, two letters. */
  readonly country: string | null;
  /** Number and name of its autonomous system, RFC 1930. */
  readonly asn: number | null;
  readonly network: string | null;
}
