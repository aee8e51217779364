import type { ConversationLookup, ConversationView } from "@capi-relay/contract";
import { nationalPhoneVariants, surestMatches } from "@capi-relay/domain";
import type { Account, ConversationStore } from "@capi-relay/storage";
import type { LookupKeys } from "@capi-relay/vault";
import { conversationView } from "./conversation-view.ts";

export interface LookupPorts {
  readonly conversations: Pick<ConversationStore, "findForContacts">;
  readonly lookupKeys: LookupKeys;
}

/** The contacts that fit, by the surest way that finds any: BSUID, then the number, then its national variants. */
export async function lookUpConversations(
  { phoneE164, bsuid }: ConversationLookup,
  { id: accountId, wabaId }: Account,
  { conversations, lookupKeys }: LookupPorts,
): Promise<ConversationView[]> {
  const contact = {
    conversationId: null,
    bsuidKey: bsuid === undefined ? null : lookupKeys.bsuid(bsuid),
    phoneKey: phoneE164 === undefined ? null : lookupKeys.phone(phoneE164),
    phoneVariantKeys:
      phoneE164 === undefined ? [] : nationalPhoneVariants(phoneE164).map((one) => lookupKeys.phone(one)),
  };
  const found = surestMatches(contact, await conversations.findForContacts([{ ...contact, wabaId }]));
  if (found === null) return [];
  return found.conversations.map((one) => conversationView(one, accountId, found.matchedBy));
}
