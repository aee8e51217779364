import { EVENT_REASONS, type EventReason, type EventStatus } from "@capi-relay/contract";
import type { mongo } from "mongoose";
import { ASTRAY, type EventRow, UNFINISHED } from "./event-row.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { isTooSlow, QueryTooSlow, storing } from "./storage-error.ts";

/** Which events to list. What is null, or an empty list of statuses, does not narrow. */
export interface EventFilter {
  /** Ids of the ledger: an `eventId` of a caller becomes one with `deliveryKey`, per account. An empty list fits nothing. */
  readonly ids: readonly string[] | null;
  readonly accountIds: readonly string[] | null;
  readonly statuses: readonly EventStatus[];
  readonly reason: EventReason | null;
  /** The name that goes to Meta. */
  readonly eventName: string | null;
  /** Accepted at this moment or later. */
  readonly acceptedFrom: Date | null;
  /** Accepted before this moment, so that two ranges that meet share no event. */
  readonly acceptedTo: Date | null;
}

export const ALL_EVENTS: EventFilter = {
  ids: null,
  accountIds: null,
  statuses: [],
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
};

/** A place in the list, which runs from the newest acceptance to the oldest; within one millisecond from the greatest id down. */
export interface EventPosition {
  readonly acceptedAt: Date;
  readonly id: string;
}

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
  readonly click: { readonly conversationId: string | null } | null;
  readonly details: Pick<EventRow["details"], "value" | "currency" | "orderId">;
  readonly attempts: readonly Pick<EventRow["attempts"][number], "startedAt" | "durationMs" | "traceId">[];
}

const PROJECTION = Object.fromEntries(
  [
    ...LISTED_FIELDS,
    "contact.conversationId",
    "click.conversationId",
    "details.value",
    "details.currency",
    "details.orderId",
    "attempts.startedAt",
    "attempts.durationMs",
    "attempts.traceId",
  ].map((field) => [field, 1]),
);

/** A list that takes longer than this needs a narrower filter; whoever asks should not wait for ever, nor MongoDB work on. */
const MAX_TIME_MS = 8_000;
const STREAMED_AT_A_TIME = 500;

/**
 * Lists events, newest first, a page at a time. A page begins after a position, never at a number of rows to skip: events
 * that come in meanwhile move nothing, and the millionth page costs what the first one does.
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
    const parts = await Promise.all(
      queriesOf(filter, after).map((query) => listing(() => this.#find(query, limit).toArray())),
    );
    return parts.flat().map(listedEventOf).sort(newestFirst).slice(0, limit);
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
  explain(filter: EventFilter, after: EventPosition | null, limit: number): Promise<mongo.Document[]> {
    const explained = (query: IndexedQuery) => storing(() => this.#find(query, limit).explain("executionStats"));
    return Promise.all(queriesOf(filter, after).map(explained));
  }

  #find({ query, index }: IndexedQuery, limit: number) {
    return this.#mongo.native.events
      .find(query, { projection: PROJECTION, readPreference: "primary", maxTimeMS: MAX_TIME_MS, hint: index })
      .sort({ acceptedAt: -1, _id: -1 })
      .limit(limit);
  }
}

export interface IndexedQuery {
  readonly query: mongo.Filter<EventRow>;
  /** Named, because a guess that MongoDB made for a busy account is bad for a quiet one, and it keeps its guesses. */
  readonly index: string;
}

/** A filter as MongoDB takes it: together these queries find each event that fits exactly once. */
export function queriesOf(filter: EventFilter, after: EventPosition | null = null): IndexedQuery[] {
  const { ids, accountIds, reason, eventName, acceptedFrom, acceptedTo } = filter;
  const accepted = {
    ...(acceptedFrom === null ? {} : { $gte: acceptedFrom }),
    ...(acceptedTo === null ? {} : { $lt: acceptedTo }),
    ...(after === null ? {} : { $lte: after.acceptedAt }),
  };
  const query: mongo.Filter<EventRow> = {
    ...(ids === null ? {} : { _id: { $in: [...ids] } }),
    ...(accountIds === null ? {} : { accountId: oneOf(accountIds) }),
    ...(reason === null ? {} : { reason }),
    ...(eventName === null ? {} : { eventName }),
    ...(Object.keys(accepted).length === 0 ? {} : { acceptedAt: accepted }),
    // Not as "earlier, or as early with a smaller id": MongoDB would plan each half of an `$or` by itself.
    ...(after === null ? {} : { $nor: [{ acceptedAt: after.acceptedAt, _id: { $gte: after.id } }] }),
  };
  const statuses = statusesToLookAt(filter);
  if (ids !== null)
    return [{ query: { ...query, ...(statuses.length === 0 ? {} : { status: oneOf(statuses) }) }, index: "_id_" }];
  if (statuses.length === 0) return [{ query, index: indexByTime(accountIds) }];
  return SHELVES.flatMap(({ holds, index, all }): IndexedQuery[] => {
    const here = statuses.filter((status) => holds(status));
    if (here.length === 0) return [];
    const shelved = { ...query, status: oneOf(here) };
    // An index of some statuses is used for fewer of them only when the query says so in the index's own words.
    const inItsWords = all === null ? {} : { $and: [{ status: { $in: all } }] };
    return [{ query: { ...shelved, ...inItsWords }, index: index(accountIds, here.length) }];
  });
}

interface Shelf {
  /** Statuses that are looked for together. */
  holds(status: EventStatus): boolean;
  /** All statuses of the index, if it has not every event. */
  readonly all: EventStatus[] | null;
  index(accountIds: EventFilter["accountIds"], statuses: number): string;
}

const SHELVES: readonly Shelf[] = [
  {
    holds: (status) => ASTRAY.includes(status),
    all: ASTRAY,
    index: (accountIds, statuses) => (areMerged(accountIds, statuses) ? "listed_astray_by_account" : "listed_astray"),
  },
  {
    holds: (status) => status === "queued" || status === "sending",
    all: UNFINISHED,
    // As many as wait right now, put in order in memory: an index of their own would cost every event three writes.
    index: () => "unfinished_by_due",
  },
  {
    holds: (status) => status === "delivered",
    all: null,
    // Most events end this way, so that hardly any has to be passed over.
    index: (accountIds) => indexByTime(accountIds),
  },
];

function indexByTime(accountIds: EventFilter["accountIds"]): string {
  return areMerged(accountIds, 1) ? "listed_by_account" : "listed";
}

/** MongoDB merges up to 200 ranges of an index by their order; of more it would read and sort all they hold. */
const MERGED_RANGES = 200;

function areMerged(accountIds: EventFilter["accountIds"], statuses: number): boolean {
  return accountIds !== null && accountIds.length * statuses <= MERGED_RANGES;
}

/** A reason says by itself that the event went astray, and those have an index of their own. */
function statusesToLookAt({ statuses, reason }: EventFilter): readonly EventStatus[] {
  if (statuses.length > 0 || reason === null) return statuses;
  const declared: readonly EventStatus[] = [EVENT_REASONS[reason].status].flat();
  return declared.every((status) => ASTRAY.includes(status)) ? ASTRAY : [];
}

/** An equality where one will do: it lets an index give the order by itself. */
function oneOf<Value>(values: readonly Value[]) {
  const [first] = values;
  return values.length === 1 && first !== undefined ? { $eq: first } : { $in: [...values] };
}

function listedEventOf({ _id, ...rest }: EventRow): ListedEvent {
  return { id: _id, ...rest };
}

function newestFirst(one: EventPosition, other: EventPosition): number {
  return other.acceptedAt.getTime() - one.acceptedAt.getTime() || (one.id < other.id ? 1 : -1);
}

async function listing<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await storing(read);
  } catch (error) {
    throw isTooSlow(error) ? new QueryTooSlow() : error;
  }
}
