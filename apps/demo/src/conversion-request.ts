import type { Person } from "./people.ts";
import type { PlannedConversion } from "./planned-conversion.ts";
import { SHOPS } from "./shops.ts";

/** The body an order system posts. `nowS` is the same for a repeat, whose body is the same to the byte. */
export function conversionRequest(
  planned: PlannedConversion,
  conversations: ReadonlyMap<Person, string>,
  nowS: number,
): Record<string, unknown> {
  const { shop, eventName, eventId, value, secondsAgo, inMilliseconds, testCode } = planned;
  const eventTime = secondsAgo === undefined ? undefined : nowS - secondsAgo;
  return {
    accountId: SHOPS[shop].id,
    eventName,
    eventId,
    ...identityFields(planned, conversations),
    ...(value === null ? {} : { value, currency: "BRL", orderId: eventId.split(":")[0], contentIds: ["sku-42"] }),
    ...(eventTime === undefined ? {} : { eventTime: inMilliseconds ? eventTime * 1_000 : eventTime }),
    ...(testCode === undefined ? {} : { testCode }),
  };
}

/** The same id with another price: somebody gave one id to two conversions. */
export function conflictingRequest(request: Record<string, unknown>): Record<string, unknown> {
  return { ...request, value: 4_711, currency: "BRL" };
}

function identityFields({ identity, person }: PlannedConversion, conversations: ReadonlyMap<Person, string>): object {
  switch (identity) {
    case "conversation":
      return { conversationId: conversations.get(person) };
    case "phone":
      return { phoneE164: person.phoneAtShop };
    case "bsuid":
      return { bsuid: person.bsuid };
    case "click":
      return { ctwaClid: person.clicks[0]?.ctwaClid };
    case "click_and_bsuid":
      return { ctwaClid: person.clicks[0]?.ctwaClid, bsuid: person.bsuid };
  }
}
