import type { EventStatus } from "@capi-relay/contract";
import { type AuditLog, type MongoConnection, storing } from "@capi-relay/storage";

/** What became, so far, of the events that a bulk retry or a bulk decision sent again. */
export interface RetriedSoFar {
  /** How many were looked at: all of them, unless they are more than 10,000. */
  readonly count: number;
  readonly byStatus: Partial<Readonly<Record<EventStatus, number>>>;
}

/** Read by their ids for everybody who looks, so they have to be done within a few tenths of a second. */
const MAX_LOOKED_AT = 10_000;
const MAX_TIME_MS = 8_000;

/** The audit has a line for each of them, so that the events themselves need no mark of who sent them again. */
export async function whatBecameOfRetried(
  mongo: MongoConnection,
  audit: Pick<AuditLog, "retriedBy">,
  orderId: string,
): Promise<RetriedSoFar> {
  return whatBecameOf(mongo, await audit.retriedBy(orderId, MAX_LOOKED_AT));
}

export async function whatBecameOfResent(
  mongo: MongoConnection,
  audit: Pick<AuditLog, "resentBy">,
  decisionId: string,
): Promise<RetriedSoFar> {
  return whatBecameOf(mongo, await audit.resentBy(decisionId, MAX_LOOKED_AT));
}

/** An event is named twice where a step was taken twice. */
async function whatBecameOf(mongo: MongoConnection, subjects: readonly string[]): Promise<RetriedSoFar> {
  const ids = [...new Set(subjects)];
  const groups = await storing(() =>
    mongo.native.events
      .aggregate<{ readonly _id: EventStatus; readonly count: number }>(
        [{ $match: { _id: { $in: ids } } }, { $group: { _id: "$status", count: { $sum: 1 } } }],
        { readPreference: "primary", maxTimeMS: MAX_TIME_MS },
      )
      .toArray(),
  );
  return {
    count: groups.reduce((sum, { count }) => sum + count, 0),
    byStatus: Object.fromEntries(groups.map(({ _id: status, count }) => [status, count])),
  };
}
