import {
  ALL_EVENTS,
  type BulkDecisionFilter,
  type BulkPosition,
  type MongoConnection,
  queriesOf,
  storing,
} from "@capi-relay/storage";
import { notUpTo } from "./bulk-walk.ts";

/** Which events in doubt: those of a filter, in doubt since before somebody looked. */
export interface Doubts {
  readonly filter: BulkDecisionFilter;
  readonly doubtedBefore: Date;
}

/** Since when an event is in doubt: since the end of its last attempt. An event without one counts since it came. */
const DOUBT_SINCE = {
  $ifNull: [{ $add: [{ $last: "$attempts.startedAt" }, { $last: "$attempts.durationMs" }] }, "$acceptedAt"],
};
export const SENT_AT = { $last: "$attempts.startedAt" };

/** The query of a decision, and the index that answers it. */
export function doubtsQuery({ filter, doubtedBefore }: Doubts) {
  const { accountId, sentAt, ...rest } = filter;
  const accountIds = accountId === null ? null : [accountId];
  const [found] = queriesOf({ ...ALL_EVENTS, ...rest, accountIds, statuses: ["outcome_unknown"] });
  if (found === undefined) throw new Error("There is an index for every status");
  const ofOneMoment = sentAt === null ? [] : [{ $eq: [SENT_AT, sentAt] }];
  return {
    query: { ...found.query, $expr: { $and: [{ $lt: [DOUBT_SINCE, doubtedBefore] }, ...ofOneMoment] } },
    index: found.index,
  };
}

/** The next events of a decision, oldest acceptance first: if they are sent again, their windows close first. */
export async function nextInDoubt(
  mongo: MongoConnection,
  { position, ...doubts }: Doubts & { readonly position: BulkPosition | null },
  limit: number,
): Promise<BulkPosition[]> {
  const { query, index } = doubtsQuery(doubts);
  const { $and = [], ...rest } = query;
  const beyond = position === null ? [] : [{ acceptedAt: { $gte: position.acceptedAt } }, notUpTo(position)];
  const rows = await storing(() =>
    mongo.native.events
      .find(
        { ...rest, $and: [...$and, ...beyond] },
        { readPreference: "primary", projection: { acceptedAt: 1 }, hint: index },
      )
      .sort({ acceptedAt: 1, _id: 1 })
      .limit(limit)
      .toArray(),
  );
  return rows.map(({ _id, acceptedAt }) => ({ acceptedAt, id: _id }));
}
