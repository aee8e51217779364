import type { ConversationStore, EventEraser } from "@capi-relay/storage";

export interface ErasurePorts {
  readonly conversations: Pick<ConversationStore, "erase" | "forgetEvents">;
  readonly eraser: Pick<EventEraser, "eraseContact">;
  readonly now: () => Date;
}

/**
 * Erases a contact from its conversation and from the events of the account. Broken off anywhere, it is finished by
 * being asked for again.
 * @returns False when there is no such conversation.
 */
export async function eraseContact(
  conversationId: string,
  accountId: string,
  { conversations, eraser, now }: ErasurePorts,
): Promise<boolean> {
  const at = now();
  // First the click, so that no event can find it any more; then the events that have it already.
  const traces = await conversations.erase(conversationId, at);
  if (traces === null) return false;
  const onTheirWay = await eraser.eraseContact(accountId, traces, at);
  await conversations.forgetEvents(conversationId, onTheirWay);
  return true;
}
