import { EVENT_REASONS, type EventReason, explainReason } from "@capi-relay/contract";

/** A failed job holds `status: reason`; people get the reason's sentence with it. Anything else stays as it is. */
export function explainFailure(failedReason: string): string {
  const [, status, reason = ""] = /^([a-z_]+): ([a-z_]+)$/.exec(failedReason) ?? [];
  return status !== undefined && isReason(reason) ? `${failedReason}\n\n${explainReason(reason)}` : failedReason;
}

/** A completed job returns `{ status, reason }`; the reason's sentence joins them. */
export function explainEnding(returnValue: unknown): unknown {
  if (typeof returnValue !== "object" || returnValue === null || !("reason" in returnValue)) return returnValue;
  const { reason } = returnValue;
  return isReason(reason) ? { ...returnValue, explanation: explainReason(reason) } : returnValue;
}

function isReason(text: unknown): text is EventReason {
  return typeof text === "string" && Object.hasOwn(EVENT_REASONS, text);
}
