import { ConversationId, ConversationLookup, ConversationMatches, ConversationView } from "@capi-relay/contract";
import type { Account, ConversationStore } from "@capi-relay/storage";
import { z } from "zod";
import { type AuditPorts, auditTrail } from "../access/audit-trail.ts";
import { ownAccounts } from "../access/own.ts";
import type { Principal } from "../access/principal.ts";
import { ApiProblem } from "../api-problem.ts";
import { conversationView } from "../conversation-view.ts";
import { type ErasurePorts, eraseContact } from "../erase-contact.ts";
import { type LookupPorts, lookUpConversations } from "../look-up-conversations.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export interface ConversationPorts extends AuditPorts {
  readonly accounts: { find(id: string): Promise<Account | null>; findByWaba(wabaId: string): Promise<Account | null> };
  readonly conversations: ErasurePorts["conversations"] &
    LookupPorts["conversations"] &
    Pick<ConversationStore, "find">;
  readonly eraser: ErasurePorts["eraser"];
  readonly lookupKeys: LookupPorts["lookupKeys"];
}

const ConversationPath = z.object({ id: ConversationId.describe("As the lookup answered it.") });

export function conversationRoutes(app: RouteRegistry, ports: ConversationPorts): void {
  const note = auditTrail(ports);

  app.route({
    method: "POST",
    url: "/v1/whatsapp/conversations/lookup",
    schema: {
      operationId: "lookUpConversation",
      tags: ["Conversations"],
      summary: "Find a contact's conversation",
      description: "A POST, because a phone number in an address ends up in logs.",
      body: ConversationLookup,
      response: { 200: ConversationMatches },
      errors: ["contact_required", "account_not_found"],
    },
    config: { scope: "read" },
    handler: async ({ principal, body: lookup }) => {
      const account = await ownAccounts(principal, ports.accounts).find(lookup.accountId);
      if (account === null) throw new ApiProblem("account_not_found", undefined, "accountId");
      return { conversations: await lookUpConversations(lookup, account, ports) };
    },
  });

  app.route({
    method: "GET",
    url: "/v1/whatsapp/conversations/:id",
    schema: {
      operationId: "getConversation",
      tags: ["Conversations"],
      summary: "Show a contact's clicks",
      params: ConversationPath,
      response: { 200: ConversationView },
      errors: ["invalid_value", "conversation_not_found"],
    },
    config: { scope: "read" },
    handler: async ({ principal, params }) => {
      const { conversation, account } = await findConversation(params.id, principal, ports);
      return conversationView(conversation, account.id);
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/whatsapp/conversations/:id",
    schema: {
      operationId: "eraseConversation",
      tags: ["Conversations"],
      summary: "Erase a contact",
      description: "Personal fields and click ids go. Keys and endings stay, so that nothing is ever sent again.",
      params: ConversationPath,
      response: { 204: z.void() },
      errors: ["invalid_value", "conversation_not_found"],
    },
    config: { scope: "admin" },
    handler: async ({ principal, params: { id } }, reply) => {
      const { account } = await findConversation(id, principal, ports);
      const isErased = await eraseContact(id, account.id, ports);
      if (!isErased) throw new ApiProblem("conversation_not_found", undefined, "id");
      await note(principal, "conversation_erased", id);
      return reply.code(204).send();
    },
  });
}

async function findConversation(id: string, by: Principal, { conversations, accounts }: ConversationPorts) {
  const conversation = await conversations.find(id);
  // Asked also when there is no conversation, so that another's takes no longer than none.
  const account = await accounts.findByWaba(conversation?.wabaId ?? "");
  if (conversation === null || account === null || !by.mayUse(account.id))
    throw new ApiProblem("conversation_not_found", undefined, "id");
  return { conversation, account };
}
