/**
 * What one site tells others: a signed document (Ed25519, RFC 8032, over canonical JSON). It names nobody: sources are keyed hashes, times are
 * hours, counts are powers of two. Each has a number that only grows and an end, so an old one cannot be given again, and what was
 * told long ago is forgotten.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { z } from 'zod';
import { canonical, type Json } from './canonical.ts';

/** Bytes as base64url, in the one form that encodes them: the spare bits of the last character are 0, so no key has two names. */
export function isEncoded(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, 'base64url');
  return decoded.length === bytes && decoded.toString('base64url') === text;
}
const encoded = (bytes: number) => z.string().refine((text) => isEncoded(text, bytes));

const hash = z.string().regex(/^[\w-]{22}$/);
const hour = z.int().min(0).max(10_000_000);
const power = z.int().min(0).max(40);

const bodySchema = z.strictObject({
  schema: z.literal('slowbrute.exchange/1'),
  /** The public key of the site that tells, base64url. */
  site: encoded(32),
  /** Which key the hashes are of: a hash of it. */
  group: z.string().regex(/^[\w-]{11}$/),
  number: z.int().min(1),
  /** Seconds since 1970. */
  made: z.int().min(0),
  expires: z.int().min(0),
  campaigns: z
    .array(
      z.strictObject({
        /** Hours since 1970. */
        first: hour,
        last: hour,
        /** Powers of two, rounded down: 10 is 1,024 to 2,047. */
        attempts: power,
        sources: power,
        names: power,
        /** Of the names that its sources tried and nobody has there (hashing.ts); empty: too few. */
        fingerprint: z.string().regex(/^(?:[\w-]{171})?$/),
      }),
    )
    .max(1000),
  participants: z
    .array(
      z.strictObject({
        source: hash,
        /** Its campaign in this document. */
        campaign: z.int().min(0).max(999),
        /** 0 to 1, in steps of 0.01. */
        confidence: z.number().min(0).max(1),
        last: hour,
        attempts: power,
      }),
    )
    .max(100_000),
});

const documentSchema = z.strictObject({ body: bodySchema, signature: encoded(64) });

export type ExchangeBody = z.output<typeof bodySchema>;

/** A site's own key, PKCS #8 PEM: whoever has it speaks for the site. */
export function newSiteKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** The public half, base64url, 43 characters: what peers are given. Throws for what is no Ed25519 key. */
export function publicOf(pem: string): string {
  const jwk = createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' });
  if (jwk.crv !== 'Ed25519' || jwk.x === undefined) throw new Error('this is no Ed25519 key');
  return jwk.x;
}

/** Which group's key it is, without telling it. */
export function groupId(key: Buffer): string {
  return createHash('sha256')
    .update('slowbrute group\0')
    .update(key)
    .digest()
    .subarray(0, 8)
    .toString('base64url');
}

export function signed(body: ExchangeBody, pem: string): string {
  const signature = sign(null, Buffer.from(canonical(body as unknown as Json)), createPrivateKey(pem));
  return `${JSON.stringify({ body, signature: signature.toString('base64url') })}\n`;
}

/** Why a document is not taken. */
export type DocumentRefusal =
  | 'no-document'
  | 'unknown-peer'
  | 'bad-signature'
  | 'other-group'
  | 'replayed'
  | 'over'
  | 'from-the-future'
  | 'too-long-lived';

/** Bytes: a hundred thousand participants. */
export const LONGEST_DOCUMENT = 32 * 1024 * 1024;
/** Seconds by which clocks of sites may differ. */
const CLOCK_SECONDS = 600;
/** Seconds that a document may hold: who was an attacker a month ago has cleaned up, or has another address. */
export const LONGEST_LIFE_SECONDS = 30 * 86_400;

export interface Expected {
  /** The group's key that this peer shares, by its {@link groupId}, and the last number it told; undefined: no peer has that key. */
  peer(site: string): { readonly group: string; readonly lastNumber: number } | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Checks everything before anything is believed: the signature over the very body that is used. */
export function readDocument(
  text: string,
  expected: Expected,
): { readonly body: ExchangeBody } | { readonly refused: DocumentRefusal } {
  const { now } = expected;
  if (text.length > LONGEST_DOCUMENT) return { refused: 'no-document' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: 'no-document' };
  }
  const result = documentSchema.safeParse(value);
  if (!result.success) return { refused: 'no-document' };
  const { body, signature } = result.data;
  const known = expected.peer(body.site);
  if (known === undefined) return { refused: 'unknown-peer' };
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: body.site }, format: 'jwk' });
  const isGenuine = verify(
    null,
    Buffer.from(canonical(body as unknown as Json)),
    key,
    Buffer.from(signature, 'base64url'),
  );
  if (!isGenuine) return { refused: 'bad-signature' };
  if (body.group !== known.group) return { refused: 'other-group' };
  if (body.number <= known.lastNumber) return { refused: 'replayed' };
  if (body.made > now + CLOCK_SECONDS) return { refused: 'from-the-future' };
  if (body.expires <= now) return { refused: 'over' };
  if (body.expires - body.made > LONGEST_LIFE_SECONDS) return { refused: 'too-long-lived' };
  return { body };
}
