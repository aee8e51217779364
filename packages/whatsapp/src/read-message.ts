import type { ContactBook } from "./contact-book.ts";
import type { InboundContactMessage, ReferredClick } from "./inbound-contact-message.ts";
import { Message, type Referral } from "./webhook-parts.ts";

/** What a message inherits from the value it came in. */
export interface MessageSurroundings {
  readonly wabaId: string;
  readonly phoneNumberId: string | null;
  readonly contacts: ContactBook;
}

/** Null when nobody can tell who wrote it or when. `notice`: it is WhatsApp's own, not a contact's. */
export function readMessage(raw: unknown, around: MessageSurroundings): InboundContactMessage | "notice" | null {
  const parsed = Message.safeParse(raw);
  if (!parsed.success) return null;
  const message = parsed.data;
  // A changed number or user id: `from` may name the former owner, so that a contact made of it could be two people.
  if (message.type === "system") return "notice";

  const { waId, bsuid } = around.contacts.complete({ waId: message.from ?? null, bsuid: message.from_user_id ?? null });
  if (waId === null && bsuid === null) return null;
  const click = message.referral == null ? null : readClick(message.referral);
  return {
    wabaId: around.wabaId,
    phoneNumberId: around.phoneNumberId,
    messageId: message.id ?? null,
    sentAt: message.timestamp,
    waId,
    bsuid,
    click,
    referralWithoutClick: message.referral != null && click === null,
  };
}

function readClick(referral: Referral): ReferredClick | null {
  if (referral.ctwa_clid == null) return null;
  return {
    ctwaClid: referral.ctwa_clid,
    // `source_id` is the ad's id, except for posts, where it is the post's.
    adId: referral.source_type === "post" ? null : (referral.source_id ?? null),
    sourceUrl: referral.source_url ?? null,
    headline: referral.headline ?? null,
  };
}
