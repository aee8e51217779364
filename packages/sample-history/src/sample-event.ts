import { type Attempt, type ChosenClick, deliveryKey } from "@capi-relay/domain";
import type { EventRow } from "@capi-relay/storage";
import { type SampleEnding, sampleEnding } from "./sample-ending.ts";
import type { SampleShop } from "./sample-shops.ts";
import type { SeededRandom } from "./seeded-random.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SEND_WINDOW_MS = 7 * DAY_MS - 5 * MINUTE_MS;

/** Who buys: so many people, some of them often. */
export interface SampleCustomers {
  readonly count: number;
  /** The look-up value of a phone number, as the API makes it. */
  readonly phoneKeyOf: (digits: string) => string;
}

/** The phone number of the `number`th customer, in a range that nobody has: `550099` and six digits. */
export function samplePhone(number: number): string {
  return `550099${String(number).padStart(6, "0")}`;
}

/** The `number`th event of the history: accepted at this moment, with all that became of it until `now`. */
export function sampleEvent(
  number: number,
  shop: SampleShop,
  acceptedAt: Date,
  now: Date,
  random: SeededRandom,
  customers: SampleCustomers,
): EventRow {
  const eventName = random.weighted([
    [46, "Purchase"],
    [22, "LeadSubmitted"],
    [16, "AddToCart"],
    [10, "InitiateCheckout"],
    [6, "ViewContent"],
  ]);
  const orderId = eventName === "Purchase" ? `${10_000 + number}` : null;
  const eventId = `sample-${orderId ?? number}:${eventName}`;
  const eventTime = new Date(acceptedAt.getTime() - random.whole(0, 20) * MINUTE_MS);
  const expiresAt = new Date(eventTime.getTime() + SEND_WINDOW_MS);
  const ending = sampleEnding({ shop, eventName, acceptedAt, expiresAt, now }, random);
  const conversationId = hex(random, 24);
  const byPhone = random.chance(0.4);
  const hasValue = eventName !== "LeadSubmitted" && eventName !== "ViewContent";
  const value = hasValue ? Math.round(shop.orderValue * (0.3 + random.next() * 1.4) * 100) / 100 : null;
  return {
    _id: deliveryKey({ accountId: shop.id, eventId }),
    accountId: shop.id,
    eventId,
    eventName,
    testCode: random.chance(0.003) ? "TEST4711" : null,
    contact: {
      conversationId: byPhone ? null : conversationId,
      bsuidKey: null,
      phoneKey: byPhone ? customers.phoneKeyOf(samplePhone(random.whole(1, customers.count))) : null,
      phoneVariantKeys: [],
      ctwaClid: null,
    },
    retained: true,
    details: {
      value,
      currency: value === null ? null : shop.currency,
      orderId,
      contentIds: null,
      contents: null,
      numItems: orderId === null ? null : random.whole(1, 5),
    },
    fingerprint: random.text(22),
    eventTimeGiven: true,
    eventTime,
    acceptedAt,
    dueAt: ending.dueAt,
    expiresAt,
    status: ending.status,
    reason: ending.reason,
    generation: ending.attempts.length > 1 ? 1 : 0,
    starts: 0,
    click: ending.hasClick ? clickOf(conversationId, byPhone, eventTime, random) : null,
    attempts: attemptsOf(ending, random),
    nextTrigger: "scheduled",
    endedAt: ending.endedAt,
    sandbox: true,
    sample: true,
  };
}

function clickOf(conversationId: string, byPhone: boolean, eventTime: Date, random: SeededRandom): ChosenClick {
  return {
    ctwaClid: `sample_${random.text(40)}`,
    conversationId,
    adId: `99300000000${random.whole(1, 9)}`,
    clickedAt: new Date(eventTime.getTime() - random.whole(5, 4 * 24 * 60) * MINUTE_MS),
    matchedBy: byPhone ? "phone" : "conversation_id",
  };
}

function attemptsOf({ attempts, status, reason }: SampleEnding, random: SeededRandom): Attempt[] {
  return attempts.map((attempt, index) => {
    const isLast = index === attempts.length - 1;
    const outcome = isLast ? status : "retry_scheduled";
    return {
      number: index + 1,
      trigger: "scheduled",
      startedAt: attempt.startedAt,
      durationMs: random.whole(80, 450),
      batchSize: random.whole(1, 100),
      httpStatus: attempt.httpStatus,
      code: attempt.code,
      subcode: attempt.subcode,
      traceId: attempt.httpStatus === null ? null : `A${random.text(22)}`,
      outcome,
      reason: isLast ? reason : "meta_unavailable",
      mayHaveArrived: outcome === "outcome_unknown",
      spent: true,
      metaTitle: null,
      metaMessage: null,
    };
  });
}

function hex(random: SeededRandom, length: number): string {
  return Array.from({ length }, () => random.whole(0, 15).toString(16)).join("");
}
