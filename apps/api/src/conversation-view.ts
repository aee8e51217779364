import type { ConversationView } from "@capi-relay/contract";
import type { Conversation } from "@capi-relay/domain";

/** A conversation with its clicks, newest first. */
export function conversationView(
  conversation: Conversation,
  accountId: string,
  matchedBy?: ConversationView["matchedBy"],
): ConversationView {
  const newestFirst = conversation.clicks.toSorted((a, b) => b.clickedAt.getTime() - a.clickedAt.getTime());
  return {
    conversationId: conversation.id,
    accountId,
    hasClick: newestFirst.length > 0,
    ...(matchedBy === undefined ? {} : { matchedBy }),
    clicks: newestFirst.map(({ clickedAt, ...click }) => ({ ...click, clickedAt: clickedAt.toISOString() })),
    createdAt: conversation.createdAt.toISOString(),
  };
}
