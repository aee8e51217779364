import { hash } from "node:crypto";
import type { HashedPersonalData } from "./conversion-event.ts";

/** Trimmed and lower-cased; dots and plus parts stay. Source: Meta, "Customer Information Parameters". */
export function normaliseEmail(email: string): string {
  // One text, one hash: the same letter may come composed or decomposed, and lower-casing can take it apart again.
  return email.normalize("NFC").trim().toLowerCase().normalize("NFC");
}

/**
 * Digits only, without leading zeros; the country code must be in it. Source: Meta, "Customer Information Parameters".
 */
export function normalisePhone(phone: string): string {
  return phone.replace(/[^0-9]/g, "").replace(/^0+/, "");
}

/**
 * Meta leaves the rule for external ids to us: it only has to be the same for ever. Ours is trimmed and lower-cased.
 */
export function normaliseExternalId(externalId: string): string {
  return externalId.trim().toLowerCase();
}

/** SHA-256 of the normalised address as Meta's `em`: lower-case hex. */
export function hashEmail(email: string): string {
  return sha256Hex(normaliseEmail(email));
}

/**
 * SHA-256 of the normalised number as Meta's `ph`: lower-case hex. Never for a BSUID: its digits are no phone number.
 */
export function hashPhone(phone: string): string {
  return sha256Hex(normalisePhone(phone));
}

/** SHA-256 of the normalised id as Meta's `external_id`: lower-case hex. */
export function hashExternalId(externalId: string): string {
  return sha256Hex(normaliseExternalId(externalId));
}

/** What a request says about a person, as the caller wrote it. */
export interface PlainPersonalData {
  readonly email?: string | null | undefined;
  readonly phoneE164?: string | null | undefined;
  readonly externalId?: string | null | undefined;
}

/**
 * Everything Meta gets to know of a person, hashed. What is blank once normalised is left out: its hash would be the
 * same for everybody, and Meta would take them all for one person.
 */
export function hashPersonalData({ email, phoneE164, externalId }: PlainPersonalData): HashedPersonalData {
  return {
    ...(normaliseEmail(email ?? "") === "" ? {} : { em: hashEmail(email ?? "") }),
    ...(normalisePhone(phoneE164 ?? "") === "" ? {} : { ph: hashPhone(phoneE164 ?? "") }),
    ...(normaliseExternalId(externalId ?? "") === "" ? {} : { externalId: hashExternalId(externalId ?? "") }),
  };
}

function sha256Hex(text: string): string {
  return hash("sha256", text, "hex");
}
