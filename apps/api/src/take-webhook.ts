import type { Dispatcher } from "@capi-relay/dispatch";
import type { ConversationStore } from "@capi-relay/storage";
import type { LookupKeys } from "@capi-relay/vault";
import { type InboundContactMessage, readWebhook } from "@capi-relay/whatsapp";
import type { ClickCaptureWatch } from "./click-capture-tally.ts";

export interface WebhookPorts {
  readonly clickCaptures: ClickCaptureWatch;
  readonly conversations: Pick<ConversationStore, "remember">;
  readonly dispatcher: Pick<Dispatcher, "wakeWaiters">;
  readonly lookupKeys: LookupKeys;
  readonly now: () => Date;
}

/** What one delivery of Meta brought. */
export interface WebhookTaken {
  readonly messages: number;
  readonly newClicks: number;
  readonly woken: number;
  readonly unreadable: number;
}

/** Messages stored at the same time; a delivery may hold a thousand. */
const AT_A_TIME = 50;

/**
 * Stores every contact and click of a delivery, then wakes the conversions that waited for them. Resolving means all of it is
 * stored: only then may Meta hear 200, since it repeats everything else for seven days.
 */
export async function takeWebhook(body: unknown, ports: WebhookPorts): Promise<WebhookTaken> {
  const { inbound, unreadable } = readWebhook(body);
  let newClicks = 0;
  let woken = 0;
  for (let from = 0; from < inbound.length; from += AT_A_TIME) {
    const taken = await Promise.all(
      inbound.slice(from, from + AT_A_TIME).map((message) => takeMessage(message, ports)),
    );
    newClicks += taken.filter(({ isNewClick }) => isNewClick).length;
    woken += taken.reduce((sum, one) => sum + one.woken, 0);
  }
  return { messages: inbound.length, newClicks, woken, unreadable };
}

async function takeMessage(
  message: InboundContactMessage,
  { conversations, dispatcher, lookupKeys, clickCaptures, now }: WebhookPorts,
) {
  const { wabaId, bsuid, waId, click, sentAt } = message;
  const contact = {
    wabaId,
    bsuidKey: bsuid === null ? null : lookupKeys.bsuid(bsuid),
    phoneKey: waId === null ? null : lookupKeys.phone(waId),
  };
  const stored = await conversations.remember(contact, click === null ? null : { ...click, clickedAt: sentAt }, now());
  clickCaptures.taken(message, stored.isNewClick);
  // A repeated delivery wakes too: the first one may have died between storing and waking.
  const mayWake = click !== null || stored.learnedContact;
  const woken = mayWake ? await dispatcher.wakeWaiters(stored.conversation) : 0;
  return { isNewClick: stored.isNewClick, woken };
}
