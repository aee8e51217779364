import { type CapiRelay, type ConversionEvent, isCapiRelayError, isRelayUnreachable } from "@capi-relay/sdk";
import { readPhone } from "@capi-relay/sdk/phone";
import type { Order } from "./order.ts";

/** What became of reporting an order. The words hold nothing about the customer. */
export type Reported =
  | { readonly kind: "taken"; readonly id: string; readonly duplicate: boolean }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "later"; readonly why: string };

/** A shop gives up on a webhook after 5 seconds; before that it has to know whether to send it again. */
const DEADLINE_MS = 4_000;

/** Reports a paid order as a Purchase. The same order again is a duplicate at capi-relay, and counts once. */
export async function reportPurchase(order: Order, relay: CapiRelay, accountId: string): Promise<Reported> {
  const phone = readPhone(order.phone, order.country);
  if (phone.kind === "unusable") return { kind: "refused", why: `${phone.problem}: ${phone.message}` };
  try {
    const purchase = asPurchase(order, phone.phoneE164, accountId);
    const { id, duplicate } = await relay.conversions.send(purchase, { deadlineMs: DEADLINE_MS });
    return { kind: "taken", id, duplicate };
  } catch (error) {
    const isAnswer = isCapiRelayError(error);
    if (!isAnswer && !isRelayUnreachable(error)) throw error;
    // Refused for good: the shop would repeat it in vain.
    if (isAnswer && isAboutTheEvent(error.status)) return { kind: "refused", why: `${error.code}: ${error.message}` };
    return { kind: "later", why: isAnswer ? `${error.code}: ${error.message}` : error.message };
  }
}

function asPurchase(order: Order, phoneE164: string, accountId: string): ConversionEvent {
  return {
    accountId,
    eventName: "Purchase",
    eventId: `${order.key}:Purchase`,
    eventTime: order.paidAt,
    phoneE164,
    email: order.email ?? undefined,
    externalId: order.customerId ?? undefined,
    value: order.total,
    currency: order.currency,
    contents: order.lines,
    orderId: order.number,
  };
}

/** Everything else, a wrong key for instance, is ours to mend; until then the shop keeps the order and repeats it. */
function isAboutTheEvent(status: number): boolean {
  return [400, 409, 413, 422].includes(status);
}
