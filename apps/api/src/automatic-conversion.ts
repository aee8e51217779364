import { ConversionRequest } from "@capi-relay/contract";
import type { LookupKeys } from "@capi-relay/vault";
import type { AutomaticEvent } from "@capi-relay/whatsapp";
import { parseInput } from "./parse-input.ts";

/**
 * Meta's guess as the conversion an order system would have sent. Its eventId is made of the message and the name, so
 * that a repeated delivery is a duplicate; keyed, because WhatsApp writes the customer's phone number into a message's
 * id.
 *
 * The amount is divided by 1,000: the webhook's reference gives the price in thousandths, while Meta's sample of
 * forwarding shows it copied as it is. Source: Meta, "automatic_events webhook reference", "Automatic Events API".
 *
 * @throws ApiProblem when it is no conversion: no click id, a purchase without an amount.
 */
export function automaticConversion(event: AutomaticEvent, accountId: string, keys: LookupKeys): ConversionRequest {
  const { messageId, eventName, happenedAt, ctwaClid, thousandths, currency } = event;
  return parseInput(ConversionRequest, {
    accountId,
    eventName,
    eventId: `automatic:${keys.message(messageId)}:${eventName}`,
    eventTime: Math.floor(happenedAt.getTime() / 1_000),
    ...(ctwaClid === null ? {} : { ctwaClid }),
    ...(thousandths === null ? {} : { value: thousandths / 1_000 }),
    ...(currency === null ? {} : { currency }),
  });
}
