import type { EventRow, MongoConnection, RollupRow } from "@capi-relay/storage";

type Counts = Pick<RollupRow, "accepted" | "endings" | "deliveredIn" | "purchaseEndings">;
type Sums = Record<string, { count: number; value: number }>;
/** The same figures in a form of their own: sums by name, so that order says nothing. */
interface Tallied {
  accepted: Sums;
  endings: Sums;
  delivered: number;
  purchases: Sums;
}

/** Everything the roll-ups should hold, counted from every row of the ledger in a loop: slow, and plain to see. */
export async function fullRecount(mongo: MongoConnection): Promise<Map<string, Tallied>> {
  const tallies = new Map<string, Tallied>();
  for await (const row of mongo.native.events.find({ testCode: null })) {
    for (const accountId of [row.accountId, "*"]) {
      for (const kind of ["hour", "day"] as const) {
        add(at(tallies, kind, row.acceptedAt, accountId).accepted, amountName(row), row);
        if (row.endedAt === null) continue;
        const ended = at(tallies, kind, row.endedAt, accountId);
        add(ended.endings, [amountName(row), row.status, row.reason].join(), row);
        ended.delivered += row.status === "delivered" ? 1 : 0;
        if (row.eventName === "Purchase") add(ended.purchases, purchaseName(row, kind), row);
      }
    }
  }
  return tallies;
}

/** What the roll-ups hold, without rows in which nothing is left. */
export async function storedTallies(mongo: MongoConnection): Promise<Map<string, Tallied>> {
  const rows = await mongo.native.rollups.find({}).toArray();
  return new Map(
    rows
      .map((row) => [row._id, tallied(row)] as const)
      .filter(([, { accepted, endings }]) => Object.keys({ ...accepted, ...endings }).length > 0),
  );
}

function tallied({ accepted, endings, deliveredIn, purchaseEndings = [] }: Counts): Tallied {
  const sums: Tallied = { accepted: {}, endings: {}, delivered: 0, purchases: {} };
  for (const { eventName, currency, count, value } of accepted)
    sums.accepted[[eventName, currency].join()] = { count, value: rounded(value) };
  for (const { eventName, currency, status, reason, count, value } of endings)
    sums.endings[[eventName, currency, status, reason].join()] = { count, value: rounded(value) };
  for (const { acceptedIn, currency, status, reason, count, value } of purchaseEndings)
    sums.purchases[[acceptedIn.toISOString(), currency, status, reason].join()] = { count, value: rounded(value) };
  sums.delivered = deliveredIn.reduce((sum, { count }) => sum + count, 0);
  return sums;
}

function at(tallies: Map<string, Tallied>, kind: "hour" | "day", moment: Date, accountId: string): Tallied {
  const key = `${kind}|${startOf(kind, moment).toISOString()}|${accountId}`;
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const empty = { accepted: {}, endings: {}, delivered: 0, purchases: {} };
  tallies.set(key, empty);
  return empty;
}

function startOf(kind: "hour" | "day", moment: Date): Date {
  const start = new Date(moment);
  if (kind === "hour") start.setUTCMinutes(0, 0, 0);
  else start.setUTCHours(0, 0, 0, 0);
  return start;
}

const purchaseName = ({ acceptedAt, details, status, reason }: EventRow, kind: "hour" | "day"): string =>
  [startOf(kind, acceptedAt).toISOString(), details.currency, status, reason].join();

function add(sums: Sums, name: string, { details }: EventRow): void {
  const before = sums[name] ?? { count: 0, value: 0 };
  sums[name] = { count: before.count + 1, value: rounded(before.value + (details.value ?? 0)) };
}

const amountName = ({ eventName, details }: EventRow): string => [eventName, details.currency].join();
const rounded = (value: number): number => Math.round(value * 100) / 100;
