import type { ClickView, ConversationView } from "@capi-relay/contract";
import { type AdClick, type Conversation, clickId } from "@capi-relay/domain";

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
    clicks: newestFirst.map(clickView),
    createdAt: conversation.createdAt.toISOString(),
  };
}

function clickView({ ctwaClid, clickedAt, ...rest }: AdClick): ClickView {
  return { id: clickId(ctwaClid), clickedAt: clickedAt.toISOString(), ...rest };
}
