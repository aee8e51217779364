import type { DestinationHealth, PhoneNumberCapture } from "@capi-relay/insight";
import type { Reader } from "../../reader/reader.ts";
import { eventsWorth, type Need, need } from "./need.ts";

/** A number whose ad messages have stopped to bring their click ids. */
export function needsOfCapture(
  { wabaId, phoneNumberId, drop }: PhoneNumberCapture,
  destinations: readonly DestinationHealth[],
  reader: Reader,
): Need[] {
  if (drop === null) return [];
  const owner = destinations.find((destination) => destination.wabaId === wabaId);
  const number = phoneNumberId === null ? "" : ` (number ${phoneNumberId})`;
  const waiting =
    owner === undefined || owner.waitingForClick.count === 0
      ? ""
      : `; ${eventsWorth(owner.waitingForClick, reader)} wait for a click`;
  return [
    need("broken", `Ad clicks of ${owner?.name ?? `WABA ${wabaId}`} are hardly captured any more${number}`, {
      sentence: `${reader.percent(drop.rateSince)} of the messages from ads bring a click id; before it was ${reader.percent(drop.rateBefore)}. Without one Meta credits nothing. Check the WhatsApp webhook.`,
      since: drop.since,
      stake: `${reader.number(drop.lost)} clicks lost${waiting}`,
      link: { href: "#clicks", label: "See what to check" },
    }),
  ];
}
