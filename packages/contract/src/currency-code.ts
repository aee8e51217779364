import { z } from "zod";

const KNOWN_CODES = new Set(Intl.supportedValuesOf("currency"));

/** ISO 4217, either case; always handed on in capitals, as Meta writes it. */
export const CurrencyCode = z
  .string()
  .max(8)
  .transform((code) => code.toUpperCase())
  .refine((code) => KNOWN_CODES.has(code), "must be an ISO 4217 code such as BRL");
