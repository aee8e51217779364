import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/**
 * Compares two secrets in a time that tells nothing about where they differ or how long they are: `timingSafeEqual` throws
 * on unequal lengths, so their digests are compared. An empty expected secret equals nothing, or a forgotten setting would
 * let everybody in.
 */
export function secretEquals(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected)) && expected.length > 0;
}
