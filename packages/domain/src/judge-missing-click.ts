import type { ConversionEvent } from "./conversion-event.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";

const HOUR_MS = 3_600_000;

/**
 * What an event does whose click nobody knows: it waits, counted from its acceptance, for as long as the account says
 * and Meta's limit for its time allows; after that there is nothing to attribute.
 */
export function judgeMissingClick(
  { acceptedAt, expiresAt }: Pick<ConversionEvent, "acceptedAt" | "expiresAt">,
  waitForClickHours: number,
  now: Date,
): DeliveryOutcome {
  const waitEnds = new Date(Math.min(acceptedAt.getTime() + waitForClickHours * HOUR_MS, expiresAt.getTime()));
  if (waitEnds <= now) return { status: "skipped", reason: "no_ctwa_clid" };
  return { status: "waiting_click", reason: "no_click_yet", dueAt: waitEnds };
}
