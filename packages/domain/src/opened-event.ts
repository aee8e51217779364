import type { ConversionEvent, HashedPersonalData } from "./conversion-event.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";

/** An event whose personal data could be opened: only such a one is sent. */
export type Opened<Event extends Pick<ConversionEvent, "personal"> = ConversionEvent> = Event & {
  readonly personal: HashedPersonalData;
};

export function isOpened<Event extends Pick<ConversionEvent, "personal">>(event: Event): event is Opened<Event> {
  return event.personal !== null;
}

/** A key comes back with a restart, and thousands of events may wait for it. In milliseconds. */
const LOOK_AGAIN_MS = 10 * 60_000;

/** What becomes for now of an event that no key opens. At its deadline at the latest it is looked at again, and ends. */
export function judgeUnopened({ expiresAt }: Pick<ConversionEvent, "expiresAt">, now: Date): DeliveryOutcome {
  const dueAt = new Date(Math.min(now.getTime() + LOOK_AGAIN_MS, expiresAt.getTime()));
  return { status: "retry_scheduled", reason: "encryption_key_missing", dueAt };
}
