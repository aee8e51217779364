import { deliveryKey } from "@capi-relay/domain";
import type { mongo } from "mongoose";
import type { EventRow } from "./event-row.ts";
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

/** More than anybody reads, less than a page of memory. */
const MAX_FOUND = 1_000;
const PRIMARY = { readPreference: "primary" } as const;

/** Finds events by what a person knows of them, each way by an index. */
export class EventSearch {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /** Ids of the ledger, at most 1,000; some of `id` and `event_id` may be of no event. */
  async idsFor(clue: EventClue): Promise<string[]> {
    switch (clue.kind) {
      case "id":
        return [clue.id];
      case "event_id":
        return keysOf(clue.eventId, clue.accountIds);
      case "order_id":
        return this.#find({ "details.orderId": clue.orderId });
      case "trace_id":
        return this.#find({ "attempts.traceId": clue.traceId });
      case "phone":
        return this.#findOwnedBy(clue.phoneKeys, clue.wabaIds);
    }
  }

  /**
   * How MongoDB goes about a clue that it has to look for, for tests: one plan, as JSON, for each index it may take.
   */
  async explain(clue: EventClue): Promise<string[]> {
    const filters = filtersOf(clue);
    return Promise.all(
      filters.map(async (filter) => JSON.stringify(await storing(() => this.#cursor(filter).explain()))),
    );
  }

  /**
   * Events name a contact by number, by BSUID or by conversation; the conversations of the number know the other two.
   */
  async #findOwnedBy(phoneKeys: readonly string[], wabaIds: readonly string[]): Promise<string[]> {
    const contacts = await storing(() =>
      this.#mongo.native.conversations
        .find({ wabaId: { $in: [...wabaIds] }, phoneKey: { $in: [...phoneKeys] } }, PRIMARY)
        .limit(MAX_FOUND)
        .toArray(),
    );
    const conversationIds = contacts.map(({ _id }) => _id.toHexString());
    const bsuidKeys = contacts.flatMap(({ bsuidKey }) => (bsuidKey === null ? [] : [bsuidKey]));
    const found = await Promise.all([
      this.#find({ "contact.phoneKey": { $in: [...phoneKeys] } }),
      conversationIds.length === 0 ? [] : this.#find({ "contact.conversationId": { $in: conversationIds } }),
      bsuidKeys.length === 0 ? [] : this.#find({ "contact.bsuidKey": { $in: bsuidKeys } }),
    ]);
    return [...new Set(found.flat())].slice(0, MAX_FOUND);
  }

  async #find(filter: mongo.Filter<EventRow>): Promise<string[]> {
    const rows = await storing(() => this.#cursor(filter).toArray());
    return rows.map(({ _id }) => _id);
  }

  #cursor(filter: mongo.Filter<EventRow>) {
    const events = this.#mongo.native.events.find(filter, { ...PRIMARY, projection: { _id: 1 } });
    return events.limit(MAX_FOUND);
  }
}

/** The key of an event is made of its account and id, so nothing needs to be looked for. */
function keysOf(eventId: string, accountIds: readonly string[]): string[] {
  return accountIds.flatMap((accountId) => [
    deliveryKey({ accountId, eventId }),
    deliveryKey({ accountId, eventId, testCode: "any" }),
  ]);
}

function filtersOf(clue: EventClue): mongo.Filter<EventRow>[] {
  switch (clue.kind) {
    case "id":
    case "event_id":
      return [];
    case "order_id":
      return [{ "details.orderId": clue.orderId }];
    case "trace_id":
      return [{ "attempts.traceId": clue.traceId }];
    case "phone": {
      const keys = { $in: [...clue.phoneKeys] };
      return [{ "contact.phoneKey": keys }, { "contact.conversationId": keys }, { "contact.bsuidKey": keys }];
    }
  }
}
