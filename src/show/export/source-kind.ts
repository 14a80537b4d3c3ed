/** What kind of text a source is: formats name addresses and host names differently, and some have no host names at all. */
import { isIPv4, isIPv6 } from 'node:net';

export type SourceKind = 'ipv4' | 'ipv6' | 'host';

export function sourceKind(source: string): SourceKind {
  if (isIPv4(source)) return 'ipv4';
  return isIPv6(source) ? 'ipv6' : 'host';
}

export const isAddress = (source: string): boolean => sourceKind(source) !== 'host';
