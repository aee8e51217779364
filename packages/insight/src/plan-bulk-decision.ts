import { type MongoConnection, storing } from "@capi-relay/storage";
import { type Doubts, doubtsQuery, SENT_AT } from "./doubtful-events.ts";
import { type Money, sumByCurrency } from "./money.ts";

/** One decision is about no more events than this; a larger one has to be narrowed. */
export const MAX_BULK_DECISION = 10_000;
const MAX_TIME_MS = 8_000;

/** Events in doubt that were sent at one moment: of one request, or of few that left together. */
export interface DoubtfulDeparture {
  readonly accountId: string;
  /** Null for events without any attempt. */
  readonly sentAt: Date | null;
  readonly count: number;
  readonly requests: number;
}

interface DoubtfulAccount {
  readonly accountId: string;
  readonly count: number;
  readonly values: readonly Money[];
  /** When the first and the last of them were sent; null for events without any attempt. */
  readonly firstSentAt: Date | null;
  readonly lastSentAt: Date | null;
}

/** What a decision would be about, before anybody decides. */
export interface BulkDecisionPlan {
  readonly count: number;
  readonly values: readonly Money[];
  /** Of those, Meta takes no more: they can be told from each other, but not be sent again. */
  readonly tooOld: number;
  /** Of those, invented ones: never sent again. */
  readonly samples: number;
  /** Those with the most events first. */
  readonly accounts: readonly DoubtfulAccount[];
  /** Those with the most events first, of as many the earliest. */
  readonly departures: readonly DoubtfulDeparture[];
  /** True when more fit than one decision may be about: the figures stop there, and it has to be narrowed. */
  readonly isTooLarge: boolean;
}

/** How the events in doubt spread, so that a person can compare them with what Meta shows. */
export async function planBulkDecision(
  mongo: MongoConnection,
  doubts: Doubts,
  now: Date,
  max = MAX_BULK_DECISION,
): Promise<BulkDecisionPlan> {
  const groups = await groupsOf(mongo, doubts, now, max);
  const count = sum(groups.map((group) => group.count));
  const isTooLarge = count > max;
  return {
    count: Math.min(count, max),
    values: worthOf(groups),
    tooOld: sum(groups.map(({ tooOld }) => tooOld)),
    samples: sum(groups.map(({ samples }) => samples)),
    accounts: [...Map.groupBy(groups, ({ _id }) => _id.accountId)].map(accountOf).sort(mostFirst),
    departures: [...Map.groupBy(groups, ({ _id }) => `${_id.accountId} ${_id.sentAt?.getTime()}`).values()]
      .flatMap(departureOf)
      .sort((one, other) => mostFirst(one, other) || Number(one.sentAt) - Number(other.sentAt)),
    isTooLarge,
  };
}

/** Events of one request, in one currency: a request is known by the claim that its events share. */
interface Group {
  readonly _id: {
    readonly accountId: string;
    readonly sentAt: Date | null;
    readonly claim: string | null;
    readonly currency: string | null;
  };
  readonly count: number;
  readonly value: number;
  readonly tooOld: number;
  readonly samples: number;
}

/** A worker that died has recorded nothing: then it is the claim that was taken from it. */
const CLAIM = { $cond: [{ $eq: ["$reason", "worker_interrupted"] }, "$takenFrom", "$recordedBy"] };

function groupsOf(mongo: MongoConnection, doubts: Doubts, now: Date, max: number): Promise<Group[]> {
  const { query, index } = doubtsQuery(doubts);
  const countIf = (condition: object) => ({ $sum: { $cond: [condition, 1, 0] } });
  return storing(() =>
    mongo.native.events
      .aggregate<Group>(
        [
          { $match: query },
          { $limit: max + 1 },
          {
            $group: {
              _id: {
                accountId: "$accountId",
                sentAt: { $ifNull: [SENT_AT, null] },
                claim: { $ifNull: [CLAIM, null] },
                currency: { $ifNull: ["$details.currency", null] },
              },
              count: { $sum: 1 },
              value: { $sum: "$details.value" },
              tooOld: countIf({ $lte: ["$expiresAt", now] }),
              samples: countIf({ $eq: ["$sample", true] }),
            },
          },
        ],
        { readPreference: "primary", maxTimeMS: MAX_TIME_MS, hint: index },
      )
      .toArray(),
  );
}

function accountOf([accountId, groups]: [string, Group[]]): DoubtfulAccount {
  const sent = groups
    .flatMap(({ _id }) => (_id.sentAt === null ? [] : [_id.sentAt]))
    .sort((one, other) => +one - +other);
  return {
    accountId,
    count: sum(groups.map(({ count }) => count)),
    values: worthOf(groups),
    firstSentAt: sent[0] ?? null,
    lastSentAt: sent.at(-1) ?? null,
  };
}

function departureOf(groups: readonly Group[]): DoubtfulDeparture[] {
  const [first] = groups;
  if (first === undefined) return [];
  const { accountId, sentAt } = first._id;
  const requests = new Set(groups.map(({ _id }) => _id.claim)).size;
  return [{ accountId, sentAt, count: sum(groups.map(({ count }) => count)), requests }];
}

function worthOf(groups: readonly Group[]): Money[] {
  return sumByCurrency(groups.map(({ _id: { currency }, value }) => ({ currency, value })));
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const mostFirst = (one: { readonly count: number }, other: { readonly count: number }): number =>
  other.count - one.count;
