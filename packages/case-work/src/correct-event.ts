import type { ConversionChanges } from "@capi-relay/contract";
import {
  type ContactKeyer,
  type ContactKeys,
  contactKeys,
  hashPersonalData,
  isOpened,
  judgeEventName,
  type Opened,
} from "@capi-relay/domain";
import type { Account, EventCorrection, LedgerEvent } from "@capi-relay/storage";

/** A correction, or the field that makes it impossible. Without a message, the code says it all. */
export type JudgedCorrection =
  | { readonly kind: "corrected"; readonly correction: EventCorrection }
  | {
      readonly kind: "refused";
      readonly field: keyof ConversionChanges;
      readonly code:
        | "value_required"
        | "currency_required"
        | "event_name_refused"
        | "event_name_not_allowed"
        | "event_name_switched_off"
        | "customer_data_unreadable";
      readonly message?: string;
    };
export type RefusedCorrection = Extract<JudgedCorrection, { kind: "refused" }>;

const ABOUT_THE_CUSTOMER = ["conversationId", "phoneE164", "bsuid", "ctwaClid", "email", "externalId"] as const;

/** What a person's changes make of an event: only the parts they touch, checked like a new request. */
export function correctEvent(
  event: LedgerEvent,
  changes: ConversionChanges,
  account: Account,
  keyer: ContactKeyer,
): JudgedCorrection {
  const named =
    changes.eventName === undefined
      ? { ok: true as const, eventName: event.eventName }
      : judgeEventName(changes.eventName, account);
  if (!named.ok) return { kind: "refused", field: "eventName", code: named.code, message: named.message };
  const { eventName } = named;
  if (changes.eventName !== undefined && account.switchedOffEventNames.includes(eventName))
    return { kind: "refused", field: "eventName", code: "event_name_switched_off" };
  const details = { ...event.details, ...detailChanges(changes) };
  const refusal = refusalOf(eventName, details);
  if (refusal !== null) return refusal;
  const contact = contactChanges(changes, keyer);
  const about = ABOUT_THE_CUSTOMER.find((field) => changes[field] !== undefined);
  // What of the old data would have to go, and what to stay, nobody can tell.
  if (!isOpened(event) && about !== undefined)
    return { kind: "refused", field: about, code: "customer_data_unreadable" };
  const correction = {
    accountId: event.accountId,
    eventName,
    details,
    ...(contact === null ? {} : { contact }),
    ...(isOpened(event) ? { personal: personalDataOf(event, changes, contact !== null) } : {}),
  };
  return { kind: "corrected", correction };
}

/**
 * The number goes with the contact that it described: beside another one's click, Meta would credit two people. E-mail
 * and external id came with the order and say who placed it, whichever chat is found: a wrong one is corrected itself.
 */
function personalDataOf({ personal }: Opened, changes: ConversionChanges, hasAnotherContact: boolean) {
  const { ph, ...withTheOrder } = personal;
  const withTheContact = hasAnotherContact || ph === undefined ? {} : { ph };
  return { ...withTheOrder, ...withTheContact, ...hashPersonalData(changes) };
}

function refusalOf(eventName: string, { value, currency }: LedgerEvent["details"]): RefusedCorrection | null {
  if (eventName === "Purchase" && !(value !== null && value > 0))
    return { kind: "refused", field: "value", code: "value_required" };
  if (value !== null && currency === null) return { kind: "refused", field: "currency", code: "currency_required" };
  return null;
}

function detailChanges({ value, currency, orderId, contentIds, contents, numItems }: ConversionChanges) {
  const given = { value, currency, orderId, contentIds, contents, numItems };
  return Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined));
}

/** A new way to find the customer replaces the old ones: mixing them could find two people. */
function contactChanges(changes: ConversionChanges, keyer: ContactKeyer): ContactKeys | null {
  const { conversationId, phoneE164, bsuid, ctwaClid } = changes;
  const isTouched = [conversationId, phoneE164, bsuid, ctwaClid].some((one) => one !== undefined);
  return isTouched ? contactKeys(changes, keyer) : null;
}
