import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

const MIN_KEY_BYTES = 32;
// 22 characters of base64url hold 132 bits: two contacts share a key once in far more contacts than there are people.
const LENGTH = 22;

/**
 * Turns contact ids into the values the ledger stores and looks up by.
 *
 * Keyed (HMAC-SHA256), not plain SHA-256: there are so few phone numbers that whoever holds a copy of the database
 * could hash them all in minutes. Without the key, which is never in the database, the values say nothing. The kind of
 * id is part of what is hashed, so a phone number and a BSUID of the same characters differ.
 */
export class LookupKeys {
  readonly #key: KeyObject;

  /**
   * @param key At least 32 bytes. Changing it orphans every stored look-up value.
   * @throws RangeError when the key is shorter.
   */
  constructor(key: Uint8Array) {
    if (key.byteLength < MIN_KEY_BYTES) throw new RangeError(`the look-up key must be at least ${MIN_KEY_BYTES} bytes`);
    this.#key = createSecretKey(key);
  }

  /** @param digits The number with country code, digits only: `5511987654321`. */
  phone(digits: string): string {
    return this.#hash(`phone:${digits}`);
  }

  /** @param id The business-scoped user id exactly as WhatsApp writes it: `BR.1502576394655843`. */
  bsuid(id: string): string {
    return this.#hash(`bsuid:${id}`);
  }

  /** @param id A message's id as WhatsApp writes it; the contact's phone number is in it, in base64. */
  message(id: string): string {
    return this.#hash(`message:${id}`);
  }

  #hash(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("base64url").slice(0, LENGTH);
  }
}
