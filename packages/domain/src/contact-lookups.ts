import type { Conversation } from "./conversation.ts";
import type { ContactKeys } from "./conversion-event.ts";

/**
 * The names under which an event waits for a click, and under which a conversation calls whoever waits for it. They
 * hold the WABA id: the same person talking to another business wakes nobody here.
 */
export function lookupsOfContact(wabaId: string, contact: ContactKeys): string[] {
  const { conversationId, bsuidKey, phoneKey, phoneVariantKeys } = contact;
  return [
    ...(conversationId === null ? [] : [`${wabaId}:conversation:${conversationId}`]),
    ...(bsuidKey === null ? [] : [`${wabaId}:bsuid:${bsuidKey}`]),
    ...(phoneKey === null ? [] : [phoneKey, ...phoneVariantKeys]).map((key) => `${wabaId}:phone:${key}`),
  ];
}

/** See `lookupsOfContact`: an event waits for a conversation exactly if the two share a name. */
export function lookupsOfConversation({ id, wabaId, bsuidKey, phoneKey }: Conversation): string[] {
  return lookupsOfContact(wabaId, { conversationId: id, bsuidKey, phoneKey, phoneVariantKeys: [], ctwaClid: null });
}
