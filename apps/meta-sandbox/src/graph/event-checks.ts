import { isRecord, type JsonRecord } from "../json-record.ts";
import type { GraphErrorName, Refusal } from "./graph-errors.ts";

export interface EventRules {
  readonly now: Date;
  /** How far ahead `event_time` may lie. Meta's own tolerance is not known; 0 is the strictest reading. */
  readonly futureToleranceMs: number;
  readonly allowedEventNames: readonly string[];
  /** WABAs the dataset is linked to; empty for a website pixel. */
  readonly linkedWabaIds: readonly string[];
  readonly isKnownClick: (wabaId: string, ctwaClid: string) => boolean;
}

/** Null when the event passes. */
export type EventCheck = (event: JsonRecord, rules: EventRules) => Refusal | null;

const MAX_AGE_S = 7 * 24 * 60 * 60;
const CHANNELS: readonly unknown[] = ["whatsapp", "messenger", "instagram"];
const FORBIDDEN_USER_DATA = ["fbc", "fbp", "client_ip_address", "client_user_agent"];
/** Seen refused although ISO 4217 lists it; Meta's own list was not found. */
const UNSUPPORTED_CURRENCIES = new Set(["MRU"]);
const ISO_CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
/** Names seen refused without a currency; every other name needs one as soon as it has a value. */
const NEEDS_CURRENCY: readonly unknown[] = ["Purchase", "OrderCreated"];

const nameOf = (event: JsonRecord): string => (typeof event["event_name"] === "string" ? event["event_name"] : "");
const record = (value: unknown): JsonRecord => (isRecord(value) ? value : {});
const given = (value: unknown): boolean => value !== undefined && value !== null && value !== "";
const refuse = (error: GraphErrorName, event: JsonRecord, value?: unknown): Refusal => ({
  error,
  eventName: nameOf(event),
  ...(value === undefined ? {} : { value: String(value) }),
});

const hasName: EventCheck = (event) => (nameOf(event) === "" ? refuse("parameter_missing", event, "event_name") : null);

const isInTime: EventCheck = (event, { now, futureToleranceMs }) => {
  const time = event["event_time"];
  if (!given(time)) return refuse("parameter_missing", event, "event_time");
  // Milliseconds by mistake, and anything that is not whole seconds, look like a time in the future.
  if (typeof time !== "number" || !Number.isInteger(time)) return refuse("event_in_future", event);
  if (time * 1000 > now.getTime() + futureToleranceMs) return refuse("event_in_future", event);
  return time < Math.floor(now.getTime() / 1000) - MAX_AGE_S ? refuse("event_too_old", event) : null;
};

const hasChannel: EventCheck = (event) => {
  if (!CHANNELS.includes(event["messaging_channel"])) return refuse("channel_missing", event);
  if (!given(event["action_source"])) return refuse("parameter_missing", event, "action_source");
  // Other sources are another product at Meta: taken there, but never attributed to a click. Here it is a mistake.
  return event["action_source"] === "business_messaging"
    ? null
    : refuse("data_invalid", event, "This sandbox imitates action_source business_messaging only");
};

const hasAllowedName: EventCheck = (event, { allowedEventNames }) =>
  allowedEventNames.includes(nameOf(event)) ? null : refuse("event_name_refused", event);

const hasNoForbiddenUserData: EventCheck = (event) => {
  const found = FORBIDDEN_USER_DATA.filter((key) => Object.hasOwn(record(event["user_data"]), key));
  return found.length === 0 ? null : refuse("forbidden_user_data", event, found.join(", "));
};

const hasIdentity: EventCheck = (event) => {
  const user = record(event["user_data"]);
  return given(user["page_id"]) || given(user["whatsapp_business_account_id"])
    ? null
    : refuse("identity_missing", event);
};

const isLinked: EventCheck = (event, { linkedWabaIds }) => {
  const { page_id: pageId, whatsapp_business_account_id: wabaId } = record(event["user_data"]);
  // Also beside the right WABA id: seen refused on a WABA's own dataset.
  if (given(pageId)) return refuse("page_not_linked", event, pageId);
  if (linkedWabaIds.length === 0) return refuse("waba_not_linked", event);
  return linkedWabaIds.includes(String(wabaId)) ? null : refuse("waba_mismatch", event, wabaId);
};

const hasClick: EventCheck = (event) =>
  given(record(event["user_data"])["ctwa_clid"]) ? null : refuse("click_missing", event);

const hasKnownClick: EventCheck = (event, { isKnownClick }) => {
  const { ctwa_clid: ctwaClid, whatsapp_business_account_id: wabaId } = record(event["user_data"]);
  const known = typeof ctwaClid === "string" && isKnownClick(String(wabaId), ctwaClid);
  return known ? null : refuse("click_unknown", event, ctwaClid);
};

const hasReadableContents: EventCheck = (event) => {
  const { contents } = record(event["custom_data"]);
  if (contents === undefined) return null;
  return Array.isArray(contents) && contents.every(isRecord) ? null : refuse("contents_invalid", event);
};

const hasValue: EventCheck = (event) => {
  const { value } = record(event["custom_data"]);
  const missing = value === undefined ? nameOf(event) === "Purchase" : typeof value !== "number";
  return missing ? refuse("value_missing", event) : null;
};

const hasCurrency: EventCheck = (event) => {
  const { value, currency } = record(event["custom_data"]);
  if (!given(currency)) {
    const needed = given(value) || NEEDS_CURRENCY.includes(nameOf(event));
    return needed ? refuse("currency_missing", event) : null;
  }
  const code = String(currency).toUpperCase();
  const supported = ISO_CURRENCIES.has(code) && !UNSUPPORTED_CURRENCIES.has(code);
  return supported ? null : refuse("currency_unsupported", event, currency);
};

/** Checks 7 to 16. Known of Meta's order: the name is judged before the click. The rest is a choice. */
export const EVENT_CHECKS: readonly EventCheck[] = [
  hasName,
  isInTime,
  hasChannel,
  hasAllowedName,
  hasNoForbiddenUserData,
  hasIdentity,
  isLinked,
  hasClick,
  hasKnownClick,
  hasReadableContents,
  hasValue,
  hasCurrency,
];
