import type { Conversation } from "./conversation.ts";
import type { ContactKeys } from "./conversion-event.ts";
import { nationalPhoneVariants } from "./national-phone-variants.ts";

/** Turns the ids of a contact into the values that are stored and looked up by. */
export interface ContactKeyer {
  /** @param digits The number with country code, digits only: `5511987654321`. */
  phone(digits: string): string;
  /** @param id The business-scoped user id exactly as WhatsApp writes it. */
  bsuid(id: string): string;
}

/** Whom a request names, in its own words. */
interface NamedContact {
  readonly conversationId?: string | undefined;
  readonly bsuid?: string | undefined;
  readonly phoneE164?: string | undefined;
  readonly ctwaClid?: string | undefined;
}

/** By what an event finds its contact: whatever the request names, the number also as WhatsApp may write it. */
export function contactKeys(
  { conversationId, bsuid, phoneE164, ctwaClid }: NamedContact,
  keyer: ContactKeyer,
): ContactKeys {
  return {
    conversationId: conversationId ?? null,
    ...conversationKeys({ bsuid, phone: phoneE164 }, keyer),
    phoneVariantKeys: phoneE164 === undefined ? [] : nationalPhoneVariants(phoneE164).map((one) => keyer.phone(one)),
    ctwaClid: ctwaClid ?? null,
  };
}

/** By what a conversation knows its contact: the number only as it was given. */
export function conversationKeys(
  { bsuid, phone }: { readonly bsuid: string | null | undefined; readonly phone: string | null | undefined },
  keyer: ContactKeyer,
): Pick<Conversation, "bsuidKey" | "phoneKey"> {
  return {
    bsuidKey: bsuid == null ? null : keyer.bsuid(bsuid),
    phoneKey: phone == null ? null : keyer.phone(phone),
  };
}
