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
/** How long a way is tried that mostly ends at once, before the one that always takes its time. */
const MOMENT_MS = 100;
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
    const queries = queriesOf(filter, after, await this.#crowdsIn(filter));
    const parts = await Promise.all(queries.map((query) => listing(() => this.#read(query, limit))));
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
  async explain(filter: EventFilter, after: EventPosition | null, limit: number): Promise<mongo.Document[]> {
    const explained = (query: IndexedQuery) =>
      storing(() => this.#find(query.instead ?? query, limit).explain("executionStats"));
    return Promise.all(queriesOf(filter, after, await this.#crowdsIn(filter)).map(explained));
  }

  /** How many events fit, counted up to `limit`: from the oldest on, because they have ended and the newest may not have. */
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
  async #crowdsIn({ ids, eventName, statuses }: EventFilter): Promise<Crowds> {
    if (ids !== null) return NO_CROWDS;
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

  async #read({ instead, ...query }: IndexedQuery, limit: number): Promise<EventRow[]> {
    if (instead === undefined) return this.#find(query, limit).toArray();
    try {
      return await this.#find(query, limit, MOMENT_MS).toArray();
    } catch (error) {
      if (!isTooSlow(error)) throw error;
      return this.#find(instead, limit).toArray();
    }
  }

  #find({ query, index }: IndexedQuery, limit: number, maxTimeMS = MAX_TIME_MS) {
    return this.#mongo.native.events
      .find(query, { projection: PROJECTION, readPreference: "primary", maxTimeMS, hint: index })
      .sort({ acceptedAt: -1, _id: -1 })
      .limit(limit);
  }
}

export interface IndexedQuery {
  readonly query: mongo.Filter<EventRow>;
  /** Named, because a guess that MongoDB made for a busy account is bad for a quiet one, and it keeps its guesses. */
  readonly index: string;
  /** Another way to the same events, if this one does not find enough of them within a moment. */
  readonly instead?: IndexedQuery;
}

/** Of what a filter asks for there is more than can be read for one page. */
interface Crowds {
  readonly manyOfThatName: boolean;
  /** So many wait that they are looked for by time before all of them are put in order. */
  readonly manyWaiting: boolean;
}

const NO_CROWDS: Crowds = { manyOfThatName: false, manyWaiting: false };
/** So many rows are read and judged one by one within a few hundredths of a second. */
const FEW_OF_A_NAME = 1_000;
/** So many are read and put in order within a tenth of a second. A longer backlog is mostly of the newest events. */
const FEW_WAITING = 3_000;

/** A filter as MongoDB takes it: together these queries find each event that fits exactly once. */
export function queriesOf(
  filter: EventFilter,
  after: EventPosition | null = null,
  { manyOfThatName, manyWaiting }: Crowds = { ...NO_CROWDS, manyOfThatName: true },
): IndexedQuery[] {
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
  const ofStatuses = { ...query, ...(statuses === null ? {} : { status: oneOf(statuses) }) };
  if (ids !== null) return [{ query: ofStatuses, index: "_id_" }];
  const byNameAlone = accountIds === null && statuses === null;
  if (eventName !== null && (byNameAlone || !manyOfThatName)) return [{ query: ofStatuses, index: "listed_by_name" }];
  if (statuses === null) return [{ query, index: indexByTime(accountIds) }];
  return SHELVES.flatMap(({ holds, index, all }): IndexedQuery[] => {
    const here = statuses.filter((status) => holds(status));
    if (here.length === 0) return [];
    const shelved = { ...query, status: oneOf(here) };
    // An index of some statuses is used for fewer of them only when the query says so in the index's own words.
    const inItsWords = all === null ? {} : { $and: [{ status: { $in: all } }] };
    const found = { query: { ...shelved, ...inItsWords }, index: index(accountIds, here.length) };
    const isSoonFoundByTime = manyWaiting && reason === null && here.every(waitsOrGoes);
    return [isSoonFoundByTime ? { query: shelved, index: indexByTime(accountIds), instead: found } : found];
  });
}

const waitsOrGoes = (status: EventStatus): boolean => status === "queued" || status === "sending";

/** In the words of the index of unfinished rows, which it is only used for if it hears them. */
function unfinishedIn(statuses: readonly EventStatus[]): mongo.Filter<EventRow> {
  return { status: oneOf(statuses), $and: [{ status: { $in: UNFINISHED } }] };
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
    holds: waitsOrGoes,
    all: UNFINISHED,
    // As many as wait right now, put in order in memory, while they are few: an index of their own would cost every event
    // three writes.
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

/**
 * A reason says by itself that the event went astray, and those have an index of their own; or that it waits for another try.
 * Nothing is delivered for a reason.
 */
function statusesToLookAt({ statuses, reason }: EventFilter): readonly EventStatus[] | null {
  if (reason === null) return statuses.length === 0 ? null : statuses;
  if (statuses.length > 0) return statuses.filter((status) => status !== "delivered");
  const declared: readonly EventStatus[] = [EVENT_REASONS[reason].status].flat();
  return declared.every((status) => ASTRAY.includes(status)) ? ASTRAY : [...ASTRAY, "queued", "sending"];
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
