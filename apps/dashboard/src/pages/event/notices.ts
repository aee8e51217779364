import type { EventStatus } from "@capi-relay/contract";
import type { EventView } from "./event-page.ts";

/**
 * What is said after an action, by the word in the address. The address stays when the event has gone on, so it is
 * looked at where the event stands now: a notice that would not be true any more gives way to one that is, or to none.
 */
export function noticeOf(done: unknown, status: EventStatus): EventView["notice"] {
  const isUnderWay = status === "queued" || status === "sending";
  switch (done) {
    case "retried":
      return said(isUnderWay ? "It is on its way again." : `It ${WENT_ON}`);
    case "corrected":
      return said(isUnderWay ? "It is corrected and on its way again." : `It was corrected and ${WENT_ON}`);
    case "cancelled":
      return status === "cancelled" ? said("It is cancelled, and nothing of it will be sent.") : null;
    case "resolved":
      return status === "outcome_unknown" ? null : said("It is decided.");
    default:
      return null;
  }
}

const WENT_ON = "went on its way again; where it stands now is said below.";

const said = (sentence: string): EventView["notice"] => ({ tone: "done", sentence });
