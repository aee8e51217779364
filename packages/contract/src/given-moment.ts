/** From here on a number of seconds would lie in the year 5138; milliseconds passed it in 1973. */
const TOO_LARGE_FOR_SECONDS = 1e11;

/**
 * Completes "<field> …" for a moment that cannot be read, and names the likely slip. Never repeats the value.
 * @param input What stood there: seconds or a text, in a query always a text.
 */
export function wrongMoment({ input }: { readonly input?: unknown }): string {
  const number = typeof input === "string" && /^[0-9]+$/.test(input) ? Number(input) : input;
  if (typeof number === "number" && number >= TOO_LARGE_FOR_SECONDS) {
    return "must be whole Unix seconds, but looks like milliseconds: divide by 1000";
  }
  // In an address a plus sign stands for a space.
  if (typeof input === "string" && /T[0-9:.]+ [0-9]{2}:?[0-9]{2}$/.test(input)) {
    return "holds a space where the time zone begins: in an address, write + as %2B";
  }
  return "must be whole Unix seconds, or a time such as 2026-11-20T12:00:00Z";
}
