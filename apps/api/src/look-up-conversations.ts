import type { ConversationLookup, ConversationView } from "@capi-relay/contract";
import { type ContactKeyer, contactKeys, surestMatches } from "@capi-relay/domain";
import type { Account, ConversationStore } from "@capi-relay/storage";
import { conversationView } from "./conversation-view.ts";

export interface LookupPorts {
  readonly conversations: Pick<ConversationStore, "findForContacts">;
  readonly lookupKeys: ContactKeyer;
}

/** The contacts that fit, by the surest way that finds any: BSUID, then the number, then its national variants. */
export async function lookUpConversations(
  lookup: ConversationLookup,
  { id: accountId, wabaId }: Account,
  { conversations, lookupKeys }: LookupPorts,
): Promise<ConversationView[]> {
  const contact = contactKeys(lookup, lookupKeys);
  const found = surestMatches(contact, await conversations.findForContacts([{ ...contact, wabaId }]));
  if (found === null) return [];
  return found.conversations.map((one) => conversationView(one, accountId, found.matchedBy));
}
