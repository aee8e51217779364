import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { RandomPool } from "./random-pool.ts";
import { KeyRingError, SealedValueError } from "./vault-errors.ts";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
// 96 bits: the only length GCM takes as it is. Random ones are safe for about four billion values under one key.
const IV_BYTES = 12;
const TAG_BYTES = 16;
// Short enough that a key written in the place of an id never passes for one, and so is never named in an error.
const KEY_ID = /^[A-Za-z0-9_-]{1,24}$/;
const KEY_TEXT = /^[A-Za-z0-9+/]{43}=$/;
const SEALED = /^([A-Za-z0-9_-]{1,24})\.([A-Za-z0-9_-]+)$/;

/** `keyId.base64url(iv | tag | ciphertext)`: one word, safe to store anywhere. */
export type SealedValue = string;

/** Encrypts with its first key and opens with all of them, so that keys can be replaced without a stop. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #first: { readonly id: string; readonly key: KeyObject };
  readonly #ivs = new RandomPool(IV_BYTES);

  private constructor(keys: ReadonlyMap<string, KeyObject>, first: { id: string; key: KeyObject }) {
    this.#keys = keys;
    this.#first = first;
  }

  /**
   * Reads `id:base64,id2:base64`: each key 32 bytes, the first one encrypts, all decrypt.
   * @throws KeyRingError naming the entry and the fix, never a key.
   */
  static parse(text: string): KeyRing {
    const keys = new Map<string, KeyObject>();
    let first: { id: string; key: KeyObject } | undefined;
    for (const [index, entry] of text.split(",").entries()) {
      const { id, key } = readEntry(entry.trim(), index + 1);
      if (keys.has(id)) throw new KeyRingError(`Two encryption keys have the id "${id}"; give each its own.`);
      keys.set(id, key);
      first ??= { id, key };
    }
    if (first === undefined) throw new KeyRingError("There is no encryption key; write id:base64.");
    return new KeyRing(keys, first);
  }

  /**
   * Encrypts with AES-256-GCM under the first key.
   * @param context Whom the value belongs to, such as an account id. It is not stored; `open` must be given the same,
   *   so a sealed value copied to another owner's record does not open there.
   */
  seal(plaintext: string, context: string): SealedValue {
    const iv = this.#ivs.draw();
    const cipher = createCipheriv(CIPHER, this.#first.key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    const ciphertext = cipher.update(plaintext, "utf8");
    // GCM encrypts byte by byte, so this gives nothing more; but without it there is no tag.
    cipher.final();
    return `${this.#first.id}.${Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString("base64url")}`;
  }

  /** @throws SealedValueError with code `malformed`, `unknown_key` or `not_authentic`. */
  open(sealed: SealedValue, context: string): string {
    const { keyId, bytes } = readSealed(sealed);
    const key = this.#keys.get(keyId);
    if (key === undefined) throw new SealedValueError("unknown_key");
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      const start = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      return Buffer.concat([start, decipher.final()]).toString("utf8");
    } catch {
      throw new SealedValueError("not_authentic");
    }
  }
}

function readEntry(entry: string, position: number): { id: string; key: KeyObject } {
  const colon = entry.indexOf(":");
  const id = entry.slice(0, Math.max(colon, 0));
  if (!KEY_ID.test(id)) {
    throw new KeyRingError(
      `Entry ${position} of the encryption keys needs an id of 1 to 24 letters, digits, - or _ before a colon; write id:base64.`,
    );
  }
  const text = entry.slice(colon + 1);
  const bytes = Buffer.from(text, "base64");
  // The comparison also refuses a last character with stray bits, which Node would quietly read as another key.
  if (!KEY_TEXT.test(text) || bytes.length !== KEY_BYTES || bytes.toString("base64") !== text) {
    throw new KeyRingError(
      `The encryption key "${id}" must be 32 bytes in base64, 44 characters; make one with: openssl rand -base64 32.`,
    );
  }
  return { id, key: createSecretKey(bytes) };
}

function readSealed(sealed: SealedValue): { keyId: string; bytes: Buffer } {
  const [, keyId, text] = SEALED.exec(sealed) ?? [];
  if (keyId === undefined || text === undefined) throw new SealedValueError("malformed");
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length < IV_BYTES + TAG_BYTES || bytes.toString("base64url") !== text) {
    throw new SealedValueError("malformed");
  }
  return { keyId, bytes };
}
