import { z } from "zod";

// Whoever is told that a text is too long needs no further judgement, and a pattern must not run over megabytes.
const AT_ONCE = { abort: true };

const BROKEN = "must not hold control characters or half of a surrogate pair; remove them";

/**
 * A text of one line as a database, a log and Meta all keep it: 1 to `max` UTF-16 units, no control character, no lone
 * surrogate.
 */
export function PlainText(max: number) {
  return z
    .string()
    .min(1)
    .max(max, AT_ONCE)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, BROKEN);
}

/** The same for words that somebody else wrote, which may be empty and have several lines. */
export function PlainLines(max: number) {
  return z
    .string()
    .max(max, AT_ONCE)
    .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, BROKEN);
}
