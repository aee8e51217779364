import type { ChosenClick } from "./chosen-click.ts";
import type { HashedPersonalData, PurchaseDetails } from "./conversion-event.ts";
import type { Opened } from "./opened-event.ts";

/** One event in Meta's words. Source: Meta, "Conversions API for Business Messaging: Onboarding Guide". */
export interface MetaEvent {
  readonly event_name: string;
  /** Whole Unix seconds. */
  readonly event_time: number;
  readonly event_id: string;
  readonly action_source: "business_messaging";
  readonly messaging_channel: "whatsapp";
  readonly user_data: MetaUserData;
  readonly custom_data?: MetaCustomData;
  readonly data_processing_options?: readonly [];
  /** Tells Meta that the event is its own detection, come back. Source: Meta, "Automatic Events API". */
  readonly messaging_outcome_data?: { readonly outcome_type: "automatic_events" };
}

export interface MetaUserData {
  readonly whatsapp_business_account_id: string;
  /** Never hashed, trimmed or lower-cased. */
  readonly ctwa_clid: string;
  readonly ph?: readonly string[];
  readonly em?: readonly string[];
  readonly external_id?: readonly string[];
}

export interface MetaCustomData {
  readonly currency?: string;
  readonly value?: number;
  readonly order_id?: string;
  readonly content_type?: "product";
  readonly content_ids?: readonly string[];
  readonly contents?: readonly { readonly id: string; readonly quantity: number; readonly item_price?: number }[];
  readonly num_items?: number;
}

/** The body of one `POST /{dataset-id}/events`. */
export interface MetaRequest {
  readonly data: readonly MetaEvent[];
  readonly test_event_code?: string;
  readonly partner_agent?: string;
}

/** What Meta sees of an event. `event_id` and the click id go out exactly as they came in. */
export function toMetaEvent(
  event: Pick<Opened, "eventName" | "eventTime" | "eventId" | "personal" | "details" | "automatic">,
  click: Pick<ChosenClick, "ctwaClid">,
  wabaId: string,
): MetaEvent {
  const personal = toPersonalFields(event.personal);
  const custom = toCustomData(event.details);
  return {
    event_name: event.eventName,
    event_time: Math.floor(event.eventTime.getTime() / 1000),
    event_id: event.eventId,
    action_source: "business_messaging",
    messaging_channel: "whatsapp",
    user_data: { whatsapp_business_account_id: wabaId, ctwa_clid: click.ctwaClid, ...personal },
    ...(hasAny(custom) ? { custom_data: custom } : {}),
    // Said out loud where personal data travels: no Limited Data Use.
    ...(hasAny(personal) ? { data_processing_options: [] as const } : {}),
    ...(event.automatic ? { messaging_outcome_data: { outcome_type: "automatic_events" as const } } : {}),
  };
}

/** Events of one destination as one request. All of them must share the test code and the partner agent given. */
export function toMetaRequest(
  events: readonly MetaEvent[],
  { testCode, partnerAgent }: { readonly testCode: string | null; readonly partnerAgent: string | null },
): MetaRequest {
  return {
    data: events,
    ...(testCode === null ? {} : { test_event_code: testCode }),
    ...(partnerAgent === null ? {} : { partner_agent: partnerAgent }),
  };
}

function toPersonalFields({ ph, em, externalId }: HashedPersonalData) {
  return {
    ...(ph === undefined ? {} : { ph: [ph] }),
    ...(em === undefined ? {} : { em: [em] }),
    ...(externalId === undefined ? {} : { external_id: [externalId] }),
  };
}

function toCustomData(details: PurchaseDetails): MetaCustomData {
  const { currency, value, orderId, numItems } = details;
  const contentIds = details.contentIds ?? [];
  const contents = (details.contents ?? []).map(({ id, quantity, itemPrice }) => ({
    id,
    quantity,
    ...(itemPrice === undefined ? {} : { item_price: itemPrice }),
  }));
  return {
    ...(currency === null ? {} : { currency }),
    ...(value === null ? {} : { value }),
    ...(orderId === null ? {} : { order_id: orderId }),
    ...(contentIds.length > 0 || contents.length > 0 ? { content_type: "product" as const } : {}),
    ...(contentIds.length > 0 ? { content_ids: contentIds } : {}),
    ...(contents.length > 0 ? { contents } : {}),
    ...(numItems === null ? {} : { num_items: numItems }),
  };
}

function hasAny(fields: object): boolean {
  return Object.keys(fields).length > 0;
}
