import { deliveryKey } from "@capi-relay/domain";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** Something a person knows of an event. */
export type EventClue =
  /** The ledger's id. */
  | { readonly kind: "id"; readonly id: string }
  /** The caller's id, of one of these accounts; the test with that id too. */
  | { readonly kind: "event_id"; readonly eventId: string; readonly accountIds: readonly string[] }
  | { readonly kind: "order_id"; readonly orderId: string }
  /** Meta's `fbtrace_id` of an attempt; all events of that request have it. */
  | { readonly kind: "trace_id"; readonly traceId: string }
  /** Look-up values of one phone number in all its spellings, and the WABAs it may have written to. */
  | { readonly kind: "phone"; readonly phoneKeys: readonly string[]; readonly wabaIds: readonly string[] };

/** Ids of the ledger that a clue leads to. */
export interface FoundIds {
  /** At most 1,000, of the newest events; some of `id` and `event_id` may be of no event. */
  readonly ids: string[];
  /** False when so many fit that not all of them were put in order: newer ones may be missing. */
  readonly isInOrder: boolean;
}

/** More than anybody reads, less than a page of memory. */
const MAX_FOUND = 1_000;
/** So many are read and put in order within a few tenths of a second; only of a test's number there are more. */
const MAX_SORTED = 10_000;
const PRIMARY = { readPreference: "primary" } as const;

/** Finds events by what a person knows of them, each way by an index. */
export class EventSearch {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  async idsFor(clue: EventClue): Promise<FoundIds> {
    switch (clue.kind) {
      case "id":
        return { ids: [clue.id], isInOrder: true };
      case "event_id":
        return { ids: keysOf(clue.eventId, clue.accountIds), isInOrder: true };
      case "order_id":
        return this.#find([["details.orderId", [clue.orderId]]]);
      case "trace_id":
        return this.#find([["attempts.traceId", [clue.traceId]]]);
      case "phone":
        return this.#find(await this.#keysOfOwner(clue.phoneKeys, clue.wabaIds));
    }
  }

  /**
   * How MongoDB goes about a clue that it has to look for, for tests: one plan, as JSON, for each index it may take.
   */
  async explain(clue: EventClue): Promise<string[]> {
    const keys = keysToLookFor(clue);
    return Promise.all(keys.map(async (key) => JSON.stringify(await storing(() => this.#cursor(key).explain()))));
  }

  /**
   * Events name a contact by number, by BSUID or by conversation; the conversations of the number know the other two.
   */
  async #keysOfOwner(phoneKeys: readonly string[], wabaIds: readonly string[]): Promise<LookedFor[]> {
    const contacts = await storing(() =>
      this.#mongo.native.conversations
        .find({ wabaId: { $in: [...wabaIds] }, phoneKey: { $in: [...phoneKeys] } }, PRIMARY)
        .limit(MAX_FOUND)
        .toArray(),
    );
    const conversationIds = contacts.map(({ _id }) => _id.toHexString());
    const bsuidKeys = contacts.flatMap(({ bsuidKey }) => (bsuidKey === null ? [] : [bsuidKey]));
    const keys: LookedFor[] = [
      ["contact.phoneKey", phoneKeys],
      ["contact.conversationId", conversationIds],
      ["contact.bsuidKey", bsuidKeys],
    ];
    return keys.filter(([, values]) => values.length > 0);
  }

  /** The indexes of these keys know no time, so that they cost an event little: all that fit are put in order here. */
  async #find(keys: readonly LookedFor[]): Promise<FoundIds> {
    const found = await Promise.all(keys.map((key) => storing(() => this.#cursor(key).toArray())));
    const newest = found.flat().sort((one, other) => other.acceptedAt.getTime() - one.acceptedAt.getTime());
    return {
      ids: [...new Set(newest.map(({ _id }) => _id))].slice(0, MAX_FOUND),
      isInOrder: found.every(({ length }) => length < MAX_SORTED),
    };
  }

  /** From the end of the index: within one key those stored last mostly stand last, should there be too many to sort. */
  #cursor([field, values]: LookedFor) {
    return this.#mongo.native.events
      .find({ [field]: { $in: [...values] } }, { ...PRIMARY, projection: { acceptedAt: 1 } })
      .sort({ [field]: -1 })
      .limit(MAX_SORTED);
  }
}

/** A field that has an index, and what may stand in it. */
type LookedFor = readonly [field: string, values: readonly string[]];

/** The key of an event is made of its account and id, so nothing needs to be looked for. */
function keysOf(eventId: string, accountIds: readonly string[]): string[] {
  return accountIds.flatMap((accountId) => [
    deliveryKey({ accountId, eventId }),
    deliveryKey({ accountId, eventId, testCode: "any" }),
  ]);
}

function keysToLookFor(clue: EventClue): LookedFor[] {
  switch (clue.kind) {
    case "id":
    case "event_id":
      return [];
    case "order_id":
      return [["details.orderId", [clue.orderId]]];
    case "trace_id":
      return [["attempts.traceId", [clue.traceId]]];
    case "phone":
      return ["phoneKey", "conversationId", "bsuidKey"].map((key) => [`contact.${key}`, clue.phoneKeys]);
  }
}
