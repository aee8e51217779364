import { type ConversionCheck, explainReason } from "@capi-relay/contract";
import type { Account } from "@capi-relay/storage";

const DAY_MS = 86_400_000;
const TAKES_EVENTS = "The account takes events.";
const UNCLEAR =
  "Meta's last answer for this account was unclear, so events go out one at a time until a clear one comes.";

/** How the account stands that a conversion would go to. */
export function destinationView(account: Account, now: Date): NonNullable<ConversionCheck["destination"]> {
  const { state, pausedReason, datasetId, throttledUntil, tokenUpdatedAt, lastProbe } = account;
  const isThrottled = throttledUntil !== null && throttledUntil > now;
  return {
    state,
    pausedReason,
    explanation: explanationOf(account, isThrottled),
    datasetId,
    throttledUntil: isThrottled ? throttledUntil.toISOString() : null,
    tokenAgeDays: Math.max(0, Math.floor((now.getTime() - tokenUpdatedAt.getTime()) / DAY_MS)),
    lastProbe: lastProbe === null ? null : { ...lastProbe, at: lastProbe.at.toISOString() },
  };
}

/** In the order in which the worker looks at it. */
function explanationOf({ datasetId, state, pausedReason, unclearSince }: Account, isThrottled: boolean): string {
  if (datasetId === null) return explainReason("dataset_unknown");
  if (state === "paused") return explainReason(pausedReason ?? "paused_by_operator");
  if (isThrottled) return explainReason("meta_throttled");
  return unclearSince === null ? TAKES_EVENTS : UNCLEAR;
}
