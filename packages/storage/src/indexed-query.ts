import { EVENT_REASONS, type EventStatus } from "@capi-relay/contract";
import type { mongo } from "mongoose";
import { type EventFilter, type EventPosition, runsByEnding } from "./event-filter.ts";
import { ENDED, WALKS_THE_UNFINISHED } from "./event-indexes.ts";
import type { EventRow } from "./event-row.ts";
import { ASTRAY, ENDED_ASTRAY, UNFINISHED } from "./event-statuses.ts";

/** A query, and the index that answers it. */
export interface IndexedQuery {
  readonly query: mongo.Filter<EventRow>;
  /** Named, because a guess that MongoDB made for a busy account is bad for a quiet one, and it keeps its guesses. */
  readonly index: string;
  /** Another way to the same events, if this one does not find enough of them within a moment. */
  readonly instead?: IndexedQuery;
}

/** Of what a filter asks for there is more than can be read for one page. */
export interface Crowds {
  readonly manyOfThatName: boolean;
  /** So many wait that they are looked for by time before all of them are put in order. */
  readonly manyWaiting: boolean;
}

export const NO_CROWDS: Crowds = { manyOfThatName: false, manyWaiting: false };
/** So many rows are read and judged one by one within a few hundredths of a second. */
export const FEW_OF_A_NAME = 1_000;
/** So many are read and put in order within a tenth of a second. A longer backlog is mostly of the newest events. */
export const FEW_WAITING = 3_000;

/** A filter as MongoDB takes it: together these queries find each event that fits exactly once. */
export function queriesOf(
  filter: EventFilter,
  after: EventPosition | null = null,
  { manyOfThatName, manyWaiting }: Crowds = { ...NO_CROWDS, manyOfThatName: true },
): IndexedQuery[] {
  const { ids, accountIds, reason, eventName } = filter;
  const query = conditionsOf(filter, after);
  const statuses = statusesToLookAt(filter);
  const ofStatuses = { ...query, ...(statuses === null ? {} : { status: oneOf(statuses) }) };
  if (ids !== null) return [{ query: ofStatuses, index: "_id_" }];
  if (runsByEnding(filter)) return queriesByEnding(query, statuses);
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

function conditionsOf(filter: EventFilter, after: EventPosition | null): mongo.Filter<EventRow> {
  const { ids, accountIds, reason, eventName, withoutTests } = filter;
  const upTo = runsByEnding(filter) ? null : (after?.acceptedAt ?? null);
  const endedUpTo = runsByEnding(filter) ? (after?.endedAt ?? null) : null;
  const accepted = rangeOf(filter.acceptedFrom, filter.acceptedTo, upTo);
  const ended = rangeOf(filter.endedFrom, filter.endedTo, endedUpTo);
  return {
    ...(ids === null ? {} : { _id: { $in: [...ids] } }),
    ...(accountIds === null ? {} : { accountId: oneOf(accountIds) }),
    ...(reason === null ? {} : { reason }),
    ...(eventName === null ? {} : { eventName }),
    ...(withoutTests ? { testCode: null } : {}),
    ...(accepted === null ? {} : { acceptedAt: accepted }),
    ...(ended === null ? {} : { endedAt: ended }),
    // Not as "earlier, or as early with a smaller id": MongoDB would plan each half of an `$or` by itself.
    ...(after === null || upTo === null ? {} : { $nor: [{ acceptedAt: upTo, _id: { $gte: after.id } }] }),
    ...(after === null || endedUpTo === null ? {} : { $nor: [{ endedAt: endedUpTo, _id: { $gte: after.id } }] }),
  };
}

function rangeOf(from: Date | null, to: Date | null, upTo: Date | null) {
  if (from === null && to === null && upTo === null) return null;
  return {
    ...(from === null ? {} : { $gte: from }),
    ...(to === null ? {} : { $lt: to }),
    ...(upTo === null ? {} : { $lte: upTo }),
  };
}

/**
 * What came to a bad end is found in its order. Of all others what ended in that time is read and put in order, so a
 * long time may be too slow: an order by ending would cost every event a longer key.
 */
function queriesByEnding(query: mongo.Filter<EventRow>, statuses: readonly EventStatus[] | null): IndexedQuery[] {
  const astray = statuses?.filter((status) => ENDED_ASTRAY.includes(status)) ?? [];
  const ofAstray = { ...query, status: oneOf(astray), $and: [{ status: { $in: ENDED_ASTRAY } }] };
  const isOfOthers = statuses === null || statuses.includes("delivered");
  const ofOthers = { ...query, ...ENDED, ...(statuses === null ? {} : { status: { $eq: "delivered" as const } }) };
  return [
    ...(astray.length === 0 ? [] : [{ query: ofAstray, index: "ended_astray" }]),
    ...(isOfOthers ? [{ query: ofOthers, index: "by_ending" }] : []),
  ];
}

export const waitsOrGoes = (status: EventStatus): boolean => status === "queued" || status === "sending";

/** In the words of the index of unfinished rows, which it is only used for if it hears them. */
export function unfinishedIn(statuses: readonly EventStatus[]): mongo.Filter<EventRow> {
  return { status: oneOf(statuses), ...WALKS_THE_UNFINISHED };
}

interface Shelf {
  /** Statuses that are looked for together. */
  holds(status: EventStatus): boolean;
  /** All statuses of the index, if it has not every event. */
  readonly all: readonly EventStatus[] | null;
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
    // As many as wait right now, put in order in memory, while they are few: an index of their own would cost every
    // event three writes.
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
 * A reason says by itself that the event went astray, and those have an index of their own; or that it waits for
 * another try. Nothing is delivered for a reason.
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
