import type { ConversionChanges } from "@capi-relay/contract";
import { hashPersonalData, judgeEventName, nationalPhoneVariants } from "@capi-relay/domain";
import type { Account, EventCorrection, LedgerEvent } from "@capi-relay/storage";
import type { LookupKeys } from "@capi-relay/vault";
import { ApiProblem } from "./api-problem.ts";
import type { ProblemCode } from "./problems.ts";

/** What refuses a correction. */
export const CORRECTION_PROBLEMS = [
  "value_required",
  "currency_required",
  "account_not_found",
  "event_name_refused",
  "event_name_not_allowed",
  "event_name_switched_off",
] as const satisfies readonly ProblemCode[];

/** What a person's changes make of an event: only the parts they touch, checked like a new request. */
export function correctionOf(
  event: LedgerEvent,
  changes: ConversionChanges,
  account: Account,
  lookupKeys: LookupKeys,
): EventCorrection {
  const eventName = changes.eventName === undefined ? event.eventName : allowedName(changes.eventName, account);
  const details = { ...event.details, ...detailChanges(changes) };
  requirePurchaseValue(eventName, details);
  const contact = contactChanges(changes, lookupKeys);
  return {
    accountId: event.accountId,
    eventName,
    details,
    ...(contact === null ? {} : { contact }),
    personal: { ...event.personal, ...hashPersonalData(changes) },
  };
}

function allowedName(name: string, account: Account): string {
  const judged = judgeEventName(name, account);
  if (!judged.ok) throw new ApiProblem(judged.code, judged.message, "changes.eventName");
  if (account.switchedOffEventNames.includes(judged.eventName))
    throw new ApiProblem("event_name_switched_off", undefined, "changes.eventName");
  return judged.eventName;
}

function requirePurchaseValue(eventName: string, { value, currency }: LedgerEvent["details"]): void {
  if (eventName === "Purchase" && !(value !== null && value > 0))
    throw new ApiProblem("value_required", undefined, "changes.value");
  if (value !== null && currency === null) throw new ApiProblem("currency_required", undefined, "changes.currency");
}

function detailChanges({ value, currency, orderId, contentIds, contents, numItems }: ConversionChanges) {
  const given = { value, currency, orderId, contentIds, contents, numItems };
  return Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined));
}

/** A new way to find the customer replaces the old ones: mixing them could find two people. */
function contactChanges({ conversationId, phoneE164, bsuid, ctwaClid }: ConversionChanges, lookupKeys: LookupKeys) {
  const isTouched = [conversationId, phoneE164, bsuid, ctwaClid].some((one) => one !== undefined);
  if (!isTouched) return null;
  return {
    conversationId: conversationId ?? null,
    bsuidKey: bsuid === undefined ? null : lookupKeys.bsuid(bsuid),
    phoneKey: phoneE164 === undefined ? null : lookupKeys.phone(phoneE164),
    phoneVariantKeys:
      phoneE164 === undefined ? [] : nationalPhoneVariants(phoneE164).map((one) => lookupKeys.phone(one)),
    ctwaClid: ctwaClid ?? null,
  };
}
