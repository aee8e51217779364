import type { TerminalStatus } from "@capi-relay/contract";

/**
 * What an ending means to whoever looks at the money. `lost_credit`: nothing was refused, and yet the ad never gets the
 * credit: no click, too late, or tried until it was too late.
 */
export type OutcomeGroup = "delivered" | "refused_by_meta" | "lost_credit" | "cancelled";

const GROUPS: Readonly<Record<TerminalStatus, OutcomeGroup>> = {
  delivered: "delivered",
  rejected: "refused_by_meta",
  failed: "lost_credit",
  skipped: "lost_credit",
  expired: "lost_credit",
  cancelled: "cancelled",
};

export function outcomeGroupOf(status: TerminalStatus): OutcomeGroup {
  return GROUPS[status];
}
