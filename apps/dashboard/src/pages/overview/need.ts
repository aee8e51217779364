import type { AtRisk } from "@capi-relay/insight";
import type { Reader } from "../../reader/reader.ts";

/** Something that a person has to do, or should know of, for somebody who was just woken up. */
export interface Need {
  /**
   * `broken`: events do not get through. `soon`: money is lost if nobody acts. `look`: it mends itself, or can wait.
   */
  readonly urgency: "broken" | "soon" | "look";
  /** What is wrong, and whose. */
  readonly title: string;
  /** Why, and what to do. */
  readonly sentence: string | null;
  readonly since: Date | null;
  /** What it costs: how many events, how much money. */
  readonly stake: string | null;
  /** Where it is put right; null when that is not on these pages. */
  readonly link: { readonly href: string; readonly label: string } | null;
}

/** A need with what it says; whatever it does not say is not known. */
export function need(
  urgency: Need["urgency"],
  title: string,
  more: Partial<Omit<Need, "urgency" | "title">> = {},
): Need {
  return { sentence: null, since: null, stake: null, link: null, ...more, urgency, title };
}

function many(count: number, reader: Reader): string {
  return count === 1 ? "1 event" : `${reader.number(count)} events`;
}

export function eventsWorth({ count, values }: AtRisk, reader: Reader): string {
  const worth = reader.moneys(values);
  return worth === null ? many(count, reader) : `${many(count, reader)} worth ${worth}`;
}
