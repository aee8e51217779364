import type { Problems } from "./problem-entry.ts";

/** What is ours to mend. */
export const RELAY_PROBLEMS = {
  storage_unavailable: {
    status: 503,
    type: "platform_error",
    meaning:
      "The database is away and nothing was accepted. Send the same request again; the same eventId makes that safe.",
  },
  overloaded: {
    status: 503,
    type: "platform_error",
    meaning:
      "The request took too long and may or may not have been accepted. Send it again; the same eventId makes that safe.",
  },
  internal_error: {
    status: 500,
    type: "api_error",
    meaning: "Our mistake. Nothing is lost that was answered with 202. Report the requestId.",
  },
} as const satisfies Problems;
