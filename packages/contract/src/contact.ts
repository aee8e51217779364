import { z } from "zod";

/** Digits only, with the country code and without `+`: `5511987654321`. */
export const PhoneE164 = z
  .string()
  .max(64)
  .regex(
    /^[1-9][0-9]{6,14}$/,
    "must be 7 to 15 digits with the country code and without + or leading zeros, e.g. 5511987654321",
  );

/**
 * WhatsApp's business-scoped user id: country, a dot, up to 128 letters and digits (`BR.1502576394655843`, parent form
 * `US.ENT.<id>`). Source: Meta, "Business-scoped user IDs".
 */
export const Bsuid = z
  .string()
  .max(160)
  .regex(/^[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}$/, "must look like BR.1502576394655843");

/** The id of a conversation as the API hands it out: 24 hexadecimal digits. */
export const ConversationId = z
  .string()
  .max(64)
  .regex(/^[0-9a-f]{24}$/, "must be 24 hexadecimal digits, as returned by POST /v1/whatsapp/conversations/lookup");

/**
 * Meta's click id, opaque: kept byte for byte, never trimmed, lower-cased or hashed. Meta documents no maximum length;
 * ours only bounds the input.
 */
export const CtwaClid = z
  .string()
  .min(1)
  .max(2048)
  .regex(/^[\x21-\x7e]+$/, "must be the click id exactly as the webhook brought it, without spaces");
