import { PEOPLE } from "./people.ts";
import { planScene } from "./plan-conversions.ts";
import type { PlannedConversion } from "./planned-conversion.ts";

const HOUR_S = 3_600;

function refused(
  scene: string,
  prefix: string,
  count: number,
  code: string,
  details: { names?: readonly string[]; secondsAgo?: (at: number) => number; inMilliseconds?: boolean },
): () => PlannedConversion[] {
  return () =>
    planScene({
      scene,
      prefix,
      people: PEOPLE.byPhone.slice(0, count),
      perPerson: 1,
      identity: "phone",
      foretell: () => ({ answer: "invalid", code }),
      ...details,
    });
}

/** Scenes whose conversions are refused at the door, with a sentence that names the fix. */
export const INVALID_PLANS: readonly (() => PlannedConversion[])[] = [
  refused("a website's event name", "lead", 15, "event_name_refused", { names: ["Lead"] }),
  refused("a website's event name", "registered", 10, "event_name_refused", { names: ["CompleteRegistration"] }),
  refused("a name of one's own", "own", 5, "event_name_not_allowed", { names: ["BoughtShoes"] }),
  refused("an event older than 7 days", "old", 20, "event_time_too_old", {
    secondsAgo: (at) => (7 * 24 + 1 + at) * HOUR_S,
  }),
  refused("a time in milliseconds", "millis", 10, "event_time_in_milliseconds", {
    secondsAgo: () => HOUR_S,
    inMilliseconds: true,
  }),
];
