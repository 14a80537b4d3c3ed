/**
 * Identifiers that the same thing gets again, whoever exports it when (RFC 9562 section 5.5): UUIDs of version 5, made of a
 * namespace and a name by SHA-1. The exporter of tomorrow then updates what today's has made, instead of doubling it.
 */
import { createHash } from 'node:crypto';

/** The namespace of this program's own objects: a random UUID, made once for it. */
export const SLOWBRUTE_NAMESPACE = '6f3a0f2e-5b8c-4d0e-9a57-2c1f7be0d94a';

export function uuidOfName(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
