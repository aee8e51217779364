import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const MARK = "crk_";
const RANDOM_BYTES = 32;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 256 random bits fill 43 digits of base 62, the 32 bits of a CRC fill 6. */
const RANDOM_DIGITS = 43;
const CHECK_DIGITS = 6;
const SHAPE = new RegExp(`^${MARK}[0-9A-Za-z]{${RANDOM_DIGITS + CHECK_DIGITS}}$`);
/** Of the random digits 8 may be shown, which leaves more than 200 bits to guess. */
const SHOWN = MARK.length + 8;

/**
 * A new API key: `crk_`, 256 random bits, and a checksum of all before it, as `/^crk_[0-9A-Za-z]{49}$/`. The mark lets
 * a secret scanner find keys in code and logs, the checksum tells a mistyped key without asking a database, and without
 * signs a double click selects all of it.
 */
export function newApiKeySecret(): string {
  const body = MARK + base62(BigInt(`0x${randomBytes(RANDOM_BYTES).toString("hex")}`), RANDOM_DIGITS);
  return body + checkDigits(body);
}

/** What a presented key looks like before anybody looks it up: not of our making, ours but damaged, or whole. */
export function judgeApiKeyShape(presented: string): "foreign" | "damaged" | "whole" {
  if (!presented.startsWith(MARK)) return "foreign";
  if (!SHAPE.test(presented)) return "damaged";
  const body = presented.slice(0, -CHECK_DIGITS);
  return presented.slice(-CHECK_DIGITS) === checkDigits(body) ? "whole" : "damaged";
}

/**
 * What is stored in the key's place. A fast hash is right here: it need not slow down guessing, because 256 random bits
 * cannot be guessed at any speed, and a slow one (bcrypt, argon2) would cost every request what it is meant to cost a
 * thief.
 */
export function apiKeyHash(secret: string): string {
  return hash("sha256", secret, "base64url");
}

/** The beginning of a key, by which people tell their keys apart. */
export function apiKeyPrefix(secret: string): string {
  return secret.slice(0, SHOWN);
}

function checkDigits(body: string): string {
  return base62(BigInt(crc32(body)), CHECK_DIGITS);
}

function base62(value: bigint, length: number): string {
  let digits = "";
  for (let rest = value; digits.length < length; rest /= 62n) digits = DIGITS.charAt(Number(rest % 62n)) + digits;
  return digits;
}
