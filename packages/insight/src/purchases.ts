import type { Amount } from "@capi-relay/storage";
import { type OutcomeGroup, outcomeGroupOf } from "./outcome-group.ts";
import type { Tally } from "./tally.ts";
import { type AtRisk, atRisk } from "./value-at-risk.ts";

/**
 * Where the sales of a period went: how many, and how much money. Carts and leads have values too, and are no revenue.
 */
export interface Purchases extends Readonly<Record<OutcomeGroup, AtRisk>> {
  readonly accepted: AtRisk;
}

const isPurchase = ({ eventName }: Pick<Amount, "eventName">): boolean => eventName === "Purchase";

export function purchasesIn({ accepted, endings }: Tally): Purchases {
  const ended = (group: OutcomeGroup) =>
    atRisk(endings.filter((ending) => isPurchase(ending) && outcomeGroupOf(ending.status) === group));
  return {
    accepted: atRisk(accepted.filter(isPurchase)),
    delivered: ended("delivered"),
    refused_by_meta: ended("refused_by_meta"),
    lost_credit: ended("lost_credit"),
    cancelled: ended("cancelled"),
  };
}
