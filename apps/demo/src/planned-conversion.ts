import type { ChosenClickView, EventReason, EventStatus } from "@capi-relay/contract";
import type { Person } from "./people.ts";
import { SHOPS, type ShopKey } from "./shops.ts";

/** How an order system says whose conversion it is. */
export type Identity = "conversation" | "phone" | "bsuid" | "click" | "click_and_bsuid";

/** How an accepted event is to end. */
export interface Ending {
  readonly status: EventStatus;
  readonly reason: EventReason | null;
  /** What the story must say about the click; absent where no click is chosen. */
  readonly matchedBy?: ChosenClickView["matchedBy"];
  /** True when Meta has to refuse it at least once before. */
  readonly afterRetries?: boolean;
  /** The click Meta must be told; null where nothing is sent. */
  readonly ctwaClid: string | null;
}

/** What the door is to answer, and then: how it ends. */
export type Foretold =
  | { readonly answer: "accepted"; readonly ending: Ending }
  | { readonly answer: "invalid"; readonly code: string };

/** One conversion that an order system reports, with its end stated in advance. */
export interface PlannedConversion {
  readonly scene: string;
  readonly shop: ShopKey;
  readonly person: Person;
  readonly identity: Identity;
  readonly eventId: string;
  readonly eventName: string;
  /** Seconds before now; absent: the order system sends no time. */
  readonly secondsAgo?: number;
  readonly inMilliseconds?: boolean;
  readonly value: number | null;
  readonly testCode?: string;
  readonly foretold: Foretold;
}

/** A conversion reported once more: word for word (a duplicate), or its id with another payload (a conflict). */
export interface PlannedRepeat {
  readonly of: PlannedConversion;
  readonly answer: "duplicate" | "conflict";
  /** `at_once`: in the same moment as the first report. `later`: after that was taken in. */
  readonly when: "at_once" | "later";
}

/** What makes two reports the same conversion, in words: a test never uses up the real id. */
export function identityOf({ shop, eventId, testCode }: Pick<PlannedConversion, "shop" | "eventId" | "testCode">) {
  return `${eventId}${testCode === undefined ? "" : " (test)"} of ${SHOPS[shop].id}`;
}
