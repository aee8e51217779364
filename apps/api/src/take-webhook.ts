import type { RestingEvents } from "@capi-relay/dispatch";
import { conversationKeys } from "@capi-relay/domain";
import type { ConversationStore } from "@capi-relay/storage";
import { type AutomaticEvent, type InboundContactMessage, readWebhook } from "@capi-relay/whatsapp";
import type { ClickCaptureWatch } from "./click-capture-tally.ts";
import type { AutomaticFate } from "./intake-tally.ts";
import { type AutomaticEventPorts, takeAutomaticEvent } from "./take-automatic-event.ts";

export interface WebhookPorts extends AutomaticEventPorts {
  readonly clickCaptures: ClickCaptureWatch;
  readonly conversations: Pick<ConversationStore, "remember">;
  readonly dispatcher: AutomaticEventPorts["dispatcher"];
  readonly resting: Pick<RestingEvents, "wakeWaiters">;
}

/** What one delivery of Meta brought. */
export interface WebhookTaken {
  readonly messages: number;
  readonly newClicks: number;
  readonly woken: number;
  /** What became of Meta's own guesses; those that did not occur are left out. */
  readonly automatic: Readonly<Partial<Record<AutomaticFate, number>>>;
  readonly unreadable: number;
}

/** Messages stored at the same time; a delivery may hold a thousand. */
const AT_A_TIME = 50;

/**
 * Stores every contact and click of a delivery, then wakes the conversions that waited for them; then come the
 * conversions that Meta detected itself. Resolving means all of it is stored: only then may Meta hear 200, since it
 * repeats everything else for seven days.
 */
export async function takeWebhook(body: unknown, ports: WebhookPorts): Promise<WebhookTaken> {
  const { inbound, automaticEvents, unreadable } = readWebhook(body);
  let newClicks = 0;
  let woken = 0;
  for (let from = 0; from < inbound.length; from += AT_A_TIME) {
    const taken = await Promise.all(
      inbound.slice(from, from + AT_A_TIME).map((message) => takeMessage(message, ports)),
    );
    newClicks += taken.filter(({ isNewClick }) => isNewClick).length;
    woken += taken.reduce((sum, one) => sum + one.woken, 0);
  }
  const automatic = await takeAutomaticEvents(automaticEvents, ports);
  return { messages: inbound.length, newClicks, woken, automatic, unreadable };
}

async function takeAutomaticEvents(events: readonly AutomaticEvent[], ports: WebhookPorts) {
  const fates: Partial<Record<AutomaticFate, number>> = {};
  for (const [wabaId, ofWaba] of Map.groupBy(events, (event) => event.wabaId)) {
    const account = await ports.accounts.findByWaba(wabaId);
    for (let from = 0; from < ofWaba.length; from += AT_A_TIME) {
      const portion = ofWaba.slice(from, from + AT_A_TIME);
      const taken = await Promise.all(portion.map((event) => takeAutomaticEvent(event, account, ports)));
      for (const fate of taken) fates[fate] = (fates[fate] ?? 0) + 1;
    }
  }
  return fates;
}

async function takeMessage(
  message: InboundContactMessage,
  { conversations, resting, lookupKeys, clickCaptures, now }: WebhookPorts,
) {
  const { wabaId, bsuid, waId, click, sentAt } = message;
  const contact = { wabaId, ...conversationKeys({ bsuid, phone: waId }, lookupKeys) };
  const adClick = click === null ? null : { ...click, clickedAt: sentAt };
  const stored = await conversations.remember(contact, adClick, now(), sentAt);
  clickCaptures.taken(message, stored.isNewClick);
  // A repeated delivery wakes too: the first one may have died between storing and waking.
  const mayWake = click !== null || stored.learnedContact;
  const woken = mayWake ? await resting.wakeWaiters(stored.conversation) : 0;
  return { isNewClick: stored.isNewClick, woken };
}
