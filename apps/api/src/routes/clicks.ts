import { ClickImport, ClickReceipt } from "@capi-relay/contract";
import type { RestingEvents } from "@capi-relay/dispatch";
import { type AdClick, type ContactKeyer, clickId, conversationKeys, MAX_EVENT_LEAD_MS } from "@capi-relay/domain";
import type { Account, ConversationStore, Remembered } from "@capi-relay/storage";
import { ownAccounts } from "../access/own.ts";
import { ApiProblem } from "../api-problem.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export interface ClickPorts {
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly conversations: Pick<ConversationStore, "remember" | "rememberFor">;
  readonly resting: Pick<RestingEvents, "wakeWaiters">;
  readonly lookupKeys: ContactKeyer;
  readonly now: () => Date;
}

const IN_FUTURE = "clickedAt lies more than 60 seconds ahead; check the clock that made it.";

/** Clicks that did not come by our own webhook. */
export function clickRoutes(app: RouteRegistry, ports: ClickPorts): void {
  app.route({
    method: "POST",
    url: "/v1/whatsapp/clicks",
    schema: {
      operationId: "importClick",
      tags: ["Clicks"],
      summary: "Take a click from elsewhere in",
      description:
        "For clicks that a business solution provider or an import knows. Conversions that waited for it go out.",
      body: ClickImport,
      response: { 201: ClickReceipt },
      errors: ["contact_required", "account_not_found", "conversation_not_found"],
    },
    config: { scope: "send" },
    handler: async ({ principal, body: click }, reply) => {
      const account = await ownAccounts(principal, ports.accounts).find(click.accountId);
      if (account === null) throw new ApiProblem("account_not_found", undefined, "accountId");
      if (click.clickedAt.getTime() > ports.now().getTime() + MAX_EVENT_LEAD_MS) {
        throw new ApiProblem("invalid_value", IN_FUTURE, "clickedAt");
      }
      const { conversation } = await store(click, account, ports);
      await ports.resting.wakeWaiters(conversation);
      return reply.code(201).send({ id: clickId(click.ctwaClid), conversationId: conversation.id });
    },
  });
}

async function store(click: ClickImport, { wabaId }: Account, ports: ClickPorts): Promise<Remembered> {
  const { conversations, lookupKeys, now } = ports;
  const adClick: AdClick = {
    ctwaClid: click.ctwaClid,
    clickedAt: click.clickedAt,
    adId: click.adId ?? null,
    sourceUrl: click.sourceUrl ?? null,
    headline: click.headline ?? null,
  };
  if (click.conversationId !== undefined) {
    const remembered = await conversations.rememberFor(click.conversationId, wabaId, adClick, now());
    if (remembered === null) throw new ApiProblem("conversation_not_found", undefined, "conversationId");
    return remembered;
  }
  const contact = { wabaId, ...conversationKeys({ bsuid: click.bsuid, phone: click.phoneE164 }, lookupKeys) };
  return conversations.remember(contact, adClick, now(), click.clickedAt);
}
