import type { ClickChoice } from "./choose-click.ts";
import type { ConversionEvent } from "./conversion-event.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";
import { judgeMissingClick } from "./judge-missing-click.ts";

/** The outcome of an event that has no click to be credited to, or none it may be sent with. */
export function judgeUnusableClick(
  choice: Exclude<ClickChoice, { readonly kind: "chosen" }>,
  event: Pick<ConversionEvent, "acceptedAt" | "expiresAt">,
  waitForClickHours: number,
  now: Date,
): DeliveryOutcome {
  switch (choice.kind) {
    case "window_expired":
      return { status: "skipped", reason: "click_window_expired" };
    case "ambiguous":
      return { status: "skipped", reason: "ambiguous_contact" };
    case "none":
      return judgeMissingClick(event, waitForClickHours, now);
  }
}
