import type { Conversation } from "./conversation.ts";
import type { ContactKeys } from "./conversion-event.ts";

/** By what a contact is the person of a conversation. */
export type KeyMatch = "bsuid" | "phone" | "phone_variant";

type Named = Pick<ContactKeys, "bsuidKey" | "phoneKey" | "phoneVariantKeys">;
type Known = Pick<Conversation, "bsuidKey" | "phoneKey">;

/** From the surest to the least sure. */
export const KEY_MATCHES: readonly (readonly [KeyMatch, (contact: Named, conversation: Known) => boolean])[] = [
  ["bsuid", (contact, { bsuidKey }) => bsuidKey !== null && contact.bsuidKey === bsuidKey],
  ["phone", (contact, { phoneKey }) => phoneKey !== null && contact.phoneKey === phoneKey],
  ["phone_variant", (contact, { phoneKey }) => phoneKey !== null && contact.phoneVariantKeys.includes(phoneKey)],
];

/** Everybody who fits a contact by the surest key that finds anybody; null when nobody fits. */
export function surestMatches<Found extends Known>(
  contact: Named,
  conversations: readonly Found[],
): { readonly matchedBy: KeyMatch; readonly conversations: readonly Found[] } | null {
  for (const [matchedBy, fits] of KEY_MATCHES) {
    const fitting = conversations.filter((conversation) => fits(contact, conversation));
    if (fitting.length > 0) return { matchedBy, conversations: fitting };
  }
  return null;
}
