import type { ChosenClick } from "@capi-relay/domain";
import type { mongo } from "mongoose";
import { type EventFilter, type EventPosition, runsByEnding } from "./event-filter.ts";
import type { EventRow } from "./event-row.ts";
import {
  type Crowds,
  FEW_OF_A_NAME,
  FEW_WAITING,
  type IndexedQuery,
  NO_CROWDS,
  queriesOf,
  unfinishedIn,
  waitsOrGoes,
} from "./indexed-query.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { isTooSlow, QueryTooSlow, storing } from "./storage-error.ts";

const LISTED_FIELDS = [
  "accountId",
  "eventId",
  "eventName",
  "testCode",
  "eventTime",
  "acceptedAt",
  "expiresAt",
  "dueAt",
  "endedAt",
  "status",
  "reason",
  "sandbox",
  "sample",
] as const satisfies readonly (keyof EventRow)[];

/** What a list shows of an event. Sealed data, look-up keys and click ids are not even read. */
export interface ListedEvent extends Pick<EventRow, (typeof LISTED_FIELDS)[number]> {
  readonly id: string;
  readonly contact: { readonly conversationId: string | null };
  readonly click: Pick<ChosenClick, "conversationId" | "adId" | "clickedAt" | "matchedBy"> | null;
  readonly details: Pick<EventRow["details"], "value" | "currency" | "orderId">;
  readonly attempts: readonly Pick<EventRow["attempts"][number], "startedAt" | "durationMs" | "traceId">[];
}

/** The fields of a listed event, as a projection. */
export const LISTED = Object.fromEntries(
  [
    ...LISTED_FIELDS,
    "contact.conversationId",
    "click.conversationId",
    "click.adId",
    "click.clickedAt",
    "click.matchedBy",
    "details.value",
    "details.currency",
    "details.orderId",
    "attempts.startedAt",
    "attempts.durationMs",
    "attempts.traceId",
  ].map((field) => [field, 1]),
);

/**
 * A list that takes longer than this needs a narrower filter; whoever asks should not wait for ever, nor MongoDB work
 * on.
 */
export const MAX_TIME_MS = 8_000;
/** How long a way is tried that mostly ends at once, before the one that always takes its time. */
const MOMENT_MS = 100;
const STREAMED_AT_A_TIME = 500;

/**
 * Lists events, newest first (by acceptance, or by ending where the filter asks for that), a page at a time. A page
 * begins after a position, never at a number of rows to skip: events that come in meanwhile move nothing, and the
 * millionth page costs what the first one does.
 */
export class EventList {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /**
   * The next `limit` events after a position; from the newest one if it is null.
   * @throws QueryTooSlow when no index helps this filter enough, and it has to be narrowed.
   */
  async page(filter: EventFilter, after: EventPosition | null, limit: number): Promise<ListedEvent[]> {
    const queries = queriesOf(filter, after, await this.#crowdsIn(filter));
    const by = orderOf(filter);
    const parts = await Promise.all(queries.map((query) => listing(() => this.#read(query, by, limit))));
    return parts.flat().map(listedEventOf).sort(newestFirst(by)).slice(0, limit);
  }

  /** All of them, one by one, for exports: never more than a few hundred in memory. */
  async *stream(filter: EventFilter, after: EventPosition | null = null): AsyncGenerator<ListedEvent> {
    for (let position = after; ; ) {
      const page = await this.page(filter, position, STREAMED_AT_A_TIME);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < STREAMED_AT_A_TIME) return;
      position = last;
    }
  }

  /** How MongoDB goes about each query of a page, for tests and for whoever wonders. */
  async explain(filter: EventFilter, after: EventPosition | null, limit: number): Promise<mongo.Document[]> {
    const explained = (query: IndexedQuery) =>
      storing(() => this.#find(query.instead ?? query, orderOf(filter), limit).explain("executionStats"));
    return Promise.all(queriesOf(filter, after, await this.#crowdsIn(filter)).map(explained));
  }

  /**
   * How many events fit, counted up to `limit`: from the oldest on, because they have ended and the newest may not
   * have.
   */
  async countUpTo(limit: number, filter: EventFilter): Promise<number> {
    const queries = queriesOf(filter, null, await this.#crowdsIn(filter));
    const oldest = ({ query, index }: IndexedQuery) =>
      this.#mongo.native.events
        .find(query, { projection: { _id: 1 }, readPreference: "primary", maxTimeMS: MAX_TIME_MS, hint: index })
        .sort({ acceptedAt: 1, _id: 1 })
        .limit(limit)
        .toArray();
    const found = await Promise.all(queries.map((query) => listing(() => oldest(query.instead ?? query))));
    return Math.min(limit, found.flat().length);
  }

  /** True for a name of so few events that all of them can be looked at. */
  async isRare(eventName: string): Promise<boolean> {
    return (await this.#count({ eventName }, "listed_by_name", FEW_OF_A_NAME + 1)) <= FEW_OF_A_NAME;
  }

  /** Where an index helps depends on how many there are of a kind: a look of a few milliseconds before the real one. */
  async #crowdsIn({ ids, eventName, statuses, ...filter }: EventFilter): Promise<Crowds> {
    if (ids !== null || runsByEnding(filter)) return NO_CROWDS;
    const waiting = statuses.filter(waitsOrGoes);
    const [isRare, waits] = await Promise.all([
      eventName === null || this.isRare(eventName),
      waiting.length === 0 ? 0 : this.#count(unfinishedIn(waiting), "unfinished_by_due", FEW_WAITING + 1),
    ]);
    return { manyOfThatName: !isRare, manyWaiting: waits > FEW_WAITING };
  }

  #count(query: mongo.Filter<EventRow>, hint: string, limit: number): Promise<number> {
    const options = { limit, hint, maxTimeMS: MAX_TIME_MS, readPreference: "primary" } as const;
    return listing(() => this.#mongo.native.events.countDocuments(query, options));
  }

  async #read({ instead, ...query }: IndexedQuery, by: Order, limit: number): Promise<EventRow[]> {
    if (instead === undefined) return this.#find(query, by, limit).toArray();
    try {
      return await this.#find(query, by, limit, MOMENT_MS).toArray();
    } catch (error) {
      if (!isTooSlow(error)) throw error;
      return this.#find(instead, by, limit).toArray();
    }
  }

  #find({ query, index }: IndexedQuery, by: Order, limit: number, maxTimeMS = MAX_TIME_MS) {
    return this.#mongo.native.events
      .find(query, { projection: LISTED, readPreference: "primary", maxTimeMS, hint: index })
      .sort({ [by]: -1, _id: -1 })
      .limit(limit);
  }
}

export function listedEventOf({ _id, ...rest }: EventRow): ListedEvent {
  return { id: _id, ...rest };
}

type Order = "acceptedAt" | "endedAt";

const orderOf = (filter: EventFilter): Order => (runsByEnding(filter) ? "endedAt" : "acceptedAt");

function newestFirst(by: Order): (one: ListedEvent, other: ListedEvent) => number {
  const time = (event: ListedEvent) => event[by]?.getTime() ?? 0;
  return (one, other) => time(other) - time(one) || (one.id < other.id ? 1 : -1);
}

/** What takes too long is told apart from a database that is away. */
export async function listing<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await storing(read);
  } catch (error) {
    throw isTooSlow(error) ? new QueryTooSlow() : error;
  }
}
