import type { AdClick } from "@capi-relay/domain";
import type { Types } from "mongoose";

/** A number that somebody had, and since when it has been theirs no more. */
export interface FormerPhone {
  readonly phoneKey: string;
  readonly until: Date;
}

/** By what the events of somebody who is to be forgotten may name them. */
export interface ContactTraces {
  readonly conversationId: string;
  readonly bsuidKeys: readonly string[];
  /** Theirs, whenever the event came: the last one, and former ones that nobody else has by now. */
  readonly phoneKeys: readonly string[];
  /** Somebody else's by now: only events from before are theirs. */
  readonly formerPhones: readonly FormerPhone[];
  readonly ctwaClids: readonly string[];
  /** The time of their first click; null when no click is known. */
  readonly firstClickAt: Date | null;
}

/** Who somebody was, as their conversation knew it at the moment they were forgotten. */
export interface ForgottenContact {
  readonly bsuidKey: string | null;
  readonly phoneKey: string | null;
  readonly formerPhones: readonly FormerPhone[];
  readonly clicks: readonly AdClick[];
}

/** @param othersPhoneKeys Of the numbers, those that have become somebody else's. */
export function tracesOf(
  id: Types.ObjectId,
  forgotten: readonly ForgottenContact[],
  othersPhoneKeys: ReadonlySet<string>,
): ContactTraces {
  const known = <Key>(keys: readonly (Key | null)[]) => [
    ...new Set(keys.flatMap((key) => (key === null ? [] : [key]))),
  ];
  const formerPhones = forgotten.flatMap((one) => one.formerPhones);
  const clicks = forgotten.flatMap((one) => one.clicks);
  const stillTheirs = formerPhones.map(({ phoneKey }) => phoneKey).filter((key) => !othersPhoneKeys.has(key));
  const times = clicks.map(({ clickedAt }) => clickedAt.getTime());
  return {
    conversationId: id.toHexString(),
    bsuidKeys: known(forgotten.map(({ bsuidKey }) => bsuidKey)),
    phoneKeys: known([...forgotten.map(({ phoneKey }) => phoneKey), ...stillTheirs]),
    formerPhones: formerPhones.filter(({ phoneKey }) => othersPhoneKeys.has(phoneKey)),
    ctwaClids: known(clicks.map(({ ctwaClid }) => ctwaClid)),
    firstClickAt: times.length === 0 ? null : new Date(Math.min(...times)),
  };
}
