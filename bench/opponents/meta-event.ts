import { createHash } from "node:crypto";
import type { BenchConversion } from "../src/stand/shops.ts";

/** A contact as hand-written workers keep it. `_id` is the account and the phone number. */
export interface KnownContact {
  readonly _id: string;
  readonly ctwaClid: string;
  readonly wabaId: string;
  readonly datasetId: string;
}

/** All that Meta is told of a purchase, but for whose click it was. */
export interface MetaEvent {
  readonly event_id: string;
  readonly user_data: object;
  readonly [field: string]: unknown;
}

export function metaEventOf(data: BenchConversion): MetaEvent {
  return {
    event_name: data.eventName,
    event_time: data["eventTime"],
    event_id: data.eventId,
    action_source: "business_messaging",
    messaging_channel: "whatsapp",
    user_data: {
      ph: [sha256(data.phoneE164)],
      em: [sha256(String(data["email"]))],
      external_id: [sha256(String(data["externalId"]))],
    },
    custom_data: {
      currency: data["currency"],
      value: data["value"],
      order_id: data["orderId"],
      contents: data["contents"],
      content_type: "product",
      num_items: data["numItems"],
    },
    data_processing_options: [],
  };
}

/** The same with the contact's click, ready to be sent. */
export function creditedTo({ ctwaClid, wabaId }: KnownContact, event: MetaEvent): MetaEvent {
  return {
    ...event,
    user_data: { whatsapp_business_account_id: wabaId, ctwa_clid: ctwaClid, ...event.user_data },
  };
}

export const contactIdOf = ({ accountId, phoneE164 }: Pick<BenchConversion, "accountId" | "phoneE164">): string =>
  `${accountId}:${phoneE164}`;

function sha256(text: string): string {
  return createHash("sha256").update(text.trim().toLowerCase()).digest("hex");
}
