import type { mongo } from "mongoose";
import { LISTED, type ListedEvent, listedEventOf, listing, MAX_TIME_MS } from "./event-list.ts";
import type { EventRow } from "./event-row.ts";
import { UNFINISHED } from "./event-statuses.ts";
import { unfinishedIn } from "./indexed-query.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** Which events at risk to list, by the moment from which Meta takes them no more. What is null does not narrow. */
export interface DeadlineFilter {
  readonly accountId: string | null;
  readonly expiresFrom: Date | null;
  /** Before this moment, so that two ranges that meet share no event. */
  readonly expiresBefore: Date | null;
}

/**
 * A place in the list, which runs from the first deadline to the last; within one millisecond from the smallest id up.
 */
export interface DeadlinePosition {
  readonly expiresAt: Date;
  readonly id: string;
}

/** What merely waits for a click goes out by itself, or never came from an ad. */
const AT_RISK = UNFINISHED.filter((status) => status !== "waiting_click");

/**
 * Lists what is not delivered yet, the most urgent first; test events are left out. Reads the whole backlog and puts it
 * in order: an index by deadline would cost every event three writes, for a list that is looked at when something is
 * wrong.
 */
export class DeadlineList {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /**
   * The next `limit` events after a position; from the most urgent one if it is null.
   * @throws QueryTooSlow when the backlog is too long to be put in order.
   */
  async page(filter: DeadlineFilter, after: DeadlinePosition | null, limit: number): Promise<ListedEvent[]> {
    const rows = await listing(() => this.#find(filter, after, limit).toArray());
    return rows.map(listedEventOf);
  }

  /** How MongoDB goes about a page, for tests. */
  async explain(filter: DeadlineFilter, after: DeadlinePosition | null, limit: number): Promise<mongo.Document> {
    return storing(() => this.#find(filter, after, limit).explain("executionStats"));
  }

  #find({ accountId, expiresFrom, expiresBefore }: DeadlineFilter, after: DeadlinePosition | null, limit: number) {
    const bounds: mongo.Filter<EventRow>[] = [
      ...(expiresFrom === null ? [] : [{ expiresAt: { $gte: expiresFrom } }]),
      ...(expiresBefore === null ? [] : [{ expiresAt: { $lt: expiresBefore } }]),
      ...(after === null ? [] : [{ expiresAt: { $gte: after.expiresAt } }, notUpTo(after)]),
    ];
    const { $and = [], ...unfinished } = unfinishedIn(AT_RISK);
    const query = {
      ...unfinished,
      testCode: null,
      ...(accountId === null ? {} : { accountId }),
      $and: [...$and, ...bounds],
    };
    return this.#mongo.native.events
      .find(query, { projection: LISTED, readPreference: "primary", maxTimeMS: MAX_TIME_MS, hint: "unfinished_by_due" })
      .sort({ expiresAt: 1, _id: 1 })
      .limit(limit);
  }
}

function notUpTo({ expiresAt, id }: DeadlinePosition): mongo.Filter<EventRow> {
  return { $nor: [{ expiresAt, _id: { $lte: id } }] };
}
