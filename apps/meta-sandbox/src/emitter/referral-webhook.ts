/** What to imitate: one inbound WhatsApp message, perhaps the first after a click on an ad. */
export interface InboundMessage {
  /** Digits. Users with a username may have none. */
  readonly from?: string | undefined;
  readonly bsuid?: string | undefined;
  readonly profileName?: string | undefined;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly messageId: string;
  readonly text: string;
  /** Without `ctwaClid`: the ad was shown in WhatsApp Status. */
  readonly referral?: Referral | undefined;
}
interface Referral {
  readonly ctwaClid?: string | undefined;
  readonly adId?: string | undefined;
  readonly sourceType?: string | undefined;
  readonly headline?: string | undefined;
  readonly sourceUrl?: string | undefined;
}
export interface WebhookTarget {
  readonly wabaId: string;
  readonly phoneNumberId: string;
}

/** One webhook body with a change per message. Source of the shape: Meta, "Text messages webhook reference". */
export function referralWebhook({ wabaId, phoneNumberId }: WebhookTarget, messages: readonly InboundMessage[]): object {
  const metadata = { display_phone_number: "15550783881", phone_number_id: phoneNumberId };
  const changes = messages.map((message) => ({
    field: "messages",
    value: { messaging_product: "whatsapp", metadata, contacts: [contact(message)], messages: [inbound(message)] },
  }));
  return { object: "whatsapp_business_account", entry: [{ id: wabaId, changes }] };
}

/** The bytes Meta would send: everything beyond ASCII as \uXXXX escapes. */
export function asMetaBytes(body: object): Buffer {
  const json = JSON.stringify(body);
  return Buffer.from(
    json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

function contact({ from, bsuid, profileName }: InboundMessage): object {
  return {
    profile: { name: profileName ?? "Customer" },
    ...(from === undefined ? {} : { wa_id: from }),
    ...(bsuid === undefined ? {} : { user_id: bsuid }),
  };
}

function inbound({ from, bsuid, messageId, timestamp, text, referral }: InboundMessage): object {
  return {
    ...(from === undefined ? {} : { from }),
    ...(bsuid === undefined ? {} : { from_user_id: bsuid }),
    id: messageId,
    timestamp: String(timestamp),
    type: "text",
    text: { body: text },
    ...(referral === undefined ? {} : { referral: metaReferral(referral) }),
  };
}

function metaReferral({ ctwaClid, adId, sourceType, headline, sourceUrl }: Referral): object {
  return {
    source_url: sourceUrl ?? "https://fb.me/sandbox",
    source_id: adId ?? "120226305854810726",
    source_type: sourceType ?? "ad",
    body: "Summer offer",
    headline: headline ?? "Chat with us",
    media_type: "image",
    image_url: "https://scontent.example/offer.jpg",
    ...(ctwaClid === undefined ? {} : { ctwa_clid: ctwaClid }),
    welcome_message: { text: "Hi! How can we help?" },
  };
}
