import { z } from "zod";

/**
 * A whole number written in plain digits.
 * @param what The unit, as it completes "must be a whole number of …": `milliseconds`, `days`.
 */
export function wholeNumber(min: number, max: number, what?: string) {
  const message = `must be a whole number${what === undefined ? "" : ` of ${what}`} from ${min} to ${max}`;
  return z
    .string(message)
    .max(16, message)
    .regex(/^[0-9]+$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}

/** A switch: `true` or `false`, nothing that merely looks like it. */
export function onOff() {
  return z.enum(["true", "false"], "must be true or false").transform((text) => text === "true");
}

/**
 * Things separated by commas; spaces around them are dropped.
 * @param item Checks one of them; its message completes "NAME …".
 */
export function commaList<Item extends z.ZodType<unknown, string>>(item: Item) {
  return z
    .string()
    .max(65_536, "must be at most 65536 characters long")
    .transform((text) => text.split(",").map((part) => part.trim()))
    .pipe(z.array(item));
}

/** One word of printable characters without spaces, as fits into an HTTP header. */
export function secretWord(minCharacters: number) {
  const message =
    minCharacters > 1
      ? `must be at least ${minCharacters} printable characters without spaces`
      : "must be printable characters without spaces";
  return z
    .string()
    .min(minCharacters, message)
    .max(4096, "must be at most 4096 characters long")
    .regex(/^[\x21-\x7e]+$/, message);
}

/** A TCP port. 0 lets the system choose a free one. */
export function port() {
  return wholeNumber(0, 65_535);
}

/** An address to listen on. */
export function listenHost() {
  return z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, "must be an IP address or a host name, such as 127.0.0.1");
}
