import type { DoubtfulPurchases, PurchaseEnding } from "@capi-relay/storage";
import type { Ending } from "./outcome-group.ts";
import type { Tally } from "./tally.ts";
import type { TimeRange } from "./time-span.ts";
import { type AtRisk, atRisk } from "./value-at-risk.ts";

/** Meta's name of a sale. Carts and leads have values too, and are no revenue. */
export const PURCHASE = "Purchase";

/**
 * What has become of a purchase so far. `click_too_old`: it came too long after its click to earn credit. `expired`:
 * older than Meta takes. `given_up`: tried until there was no use in it.
 */
export type PurchaseFate =
  | "delivered"
  | "on_their_way"
  | "in_doubt"
  | "no_ad_click"
  | "click_too_old"
  | "unclear_contact"
  | "expired"
  | "given_up"
  | "refused_by_meta"
  | "cancelled";

/**
 * Where the purchases went that were accepted in a period: how many, and how much money. Each has one fate, so that the
 * fates add up to what was accepted.
 */
export type Purchases = Readonly<Record<PurchaseFate | "accepted", AtRisk>>;

export interface PurchaseCounts {
  readonly accepted: Tally["accepted"];
  /** Of purchases accepted in the period, whenever they ended. */
  readonly endings: readonly PurchaseEnding[];
  /** Accepted in the period, too. */
  readonly doubtful: readonly DoubtfulPurchases[];
}

type Counted = Parameters<typeof atRisk>[0];

export function purchasesIn({ accepted, endings, doubtful }: PurchaseCounts): Purchases {
  const purchases = accepted.filter(({ eventName }) => eventName === PURCHASE);
  const ended = (fate: PurchaseFate) => atRisk(endings.filter((ending) => fateOf(ending) === fate));
  return {
    accepted: atRisk(purchases),
    delivered: ended("delivered"),
    on_their_way: rest(purchases, [...endings, ...doubtful]),
    in_doubt: atRisk(doubtful),
    no_ad_click: ended("no_ad_click"),
    click_too_old: ended("click_too_old"),
    unclear_contact: ended("unclear_contact"),
    expired: ended("expired"),
    given_up: ended("given_up"),
    refused_by_meta: ended("refused_by_meta"),
    cancelled: ended("cancelled"),
  };
}

export function acceptedWithin<Accepted extends { readonly acceptedIn: Date }>(
  counted: readonly Accepted[],
  { from, until }: TimeRange,
): Accepted[] {
  return counted.filter(({ acceptedIn }) => acceptedIn >= from && acceptedIn < until);
}

function fateOf({ status, reason }: Ending): PurchaseFate {
  switch (status) {
    case "delivered":
    case "expired":
    case "cancelled":
      return status;
    case "rejected":
      return "refused_by_meta";
    case "failed":
      return "given_up";
    case "skipped":
      if (reason === "no_ctwa_clid") return "no_ad_click";
      return reason === "ambiguous_contact" ? "unclear_contact" : "click_too_old";
  }
}

/** What is left when all others are taken away. Counted a moment apart, they may be a few more than there were. */
function rest(purchases: Counted, others: Counted): AtRisk {
  const taken = others.map(({ currency, count, value }) => ({ currency, count: -count, value: -value }));
  const { count, values } = atRisk([...purchases, ...taken]);
  return { count: Math.max(0, count), values: count > 0 ? values.filter(({ value }) => value > 0) : [] };
}
