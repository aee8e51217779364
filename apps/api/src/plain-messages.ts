import type { z } from "zod";

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/**
 * Completes "<field> …" where a schema gives no words of its own, so that every mistake reads as a sentence that says
 * what to send instead. Never repeats the value.
 */
export function plainMessage(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `must ${bound(issue.origin, "at least", issue.minimum)}`;
    case "too_big":
      return `must ${bound(issue.origin, "at most", issue.maximum)}`;
    // Said by whoever reads the keys; Zod's own words would repeat all of them.
    case "unrecognized_keys":
      return "is not known";
    default:
      return undefined;
  }
}

function bound(origin: string, limit: string, value: number | bigint): string {
  const one = Number(value) === 1;
  if (origin === "string") return `be ${limit} ${value} ${one ? "character" : "characters"} long`;
  if (origin === "array") return `hold ${limit} ${value} ${one ? "entry" : "entries"}`;
  return `be ${limit} ${value}`;
}
