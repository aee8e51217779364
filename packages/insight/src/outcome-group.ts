import type { EventReason, TerminalStatus } from "@capi-relay/contract";

/**
 * What an ending means to whoever looks at the money. `no_ad_click`: no click of this customer is known; mostly nobody
 * came from an ad. `lost_credit`: a click is known, nothing was refused, and yet the ad never gets the credit: too late,
 * or tried until it was too late.
 */
export type OutcomeGroup = "delivered" | "refused_by_meta" | "no_ad_click" | "lost_credit" | "cancelled";

const GROUPS: Readonly<Record<TerminalStatus, OutcomeGroup>> = {
  delivered: "delivered",
  rejected: "refused_by_meta",
  failed: "lost_credit",
  skipped: "lost_credit",
  expired: "lost_credit",
  cancelled: "cancelled",
};

export interface Ending {
  readonly status: TerminalStatus;
  readonly reason: EventReason | null;
}

export function outcomeGroupOf({ status, reason }: Ending): OutcomeGroup {
  return status === "skipped" && reason === "no_ctwa_clid" ? "no_ad_click" : GROUPS[status];
}
