import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type MongoConnection, type RefusalCount, RefusalStore } from "../src/index.ts";
import { openDatabase } from "./a-database.ts";

let mongo: MongoConnection;
let store: RefusalStore;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  store = new RefusalStore(mongo);
});
afterAll(() => drop());

const hour = (of: number) => new Date(Date.UTC(2026, 10, 20, of));
const ALL = { from: hour(0), until: hour(23) };
const aCount = (changes: Partial<RefusalCount> = {}): RefusalCount => ({
  accountId: "acct42",
  hour: hour(12),
  code: "missing_field",
  eventName: "Purchase",
  count: 1,
  ...changes,
});

test("what many processes count in one hour adds up to one row", async () => {
  const accountId = randomUUID();
  await Promise.all(Array.from({ length: 20 }, (_, index) => store.add([aCount({ accountId, count: index })])));
  expect(await store.between({ accountId, ...ALL })).toEqual([aCount({ accountId, count: 190 })]);
});

test("other hours, codes, names and accounts are other rows, oldest first", async () => {
  const [mine, other] = [randomUUID(), randomUUID()];
  await store.add([
    aCount({ accountId: mine, hour: hour(13) }),
    aCount({ accountId: mine }),
    aCount({ accountId: mine, code: "duplicate" }),
    aCount({ accountId: mine, eventName: null }),
    aCount({ accountId: other }),
  ]);
  const rows = await store.between({ accountId: mine, ...ALL });
  expect(rows).toHaveLength(4);
  expect(rows.at(-1)?.hour).toEqual(hour(13));
  expect(await store.between({ accountId: mine, from: hour(12), until: hour(13) })).toHaveLength(3);
});

test("reports of no account are asked for by null, those of everybody by nothing", async () => {
  await store.add([aCount({ accountId: null, hour: hour(20) }), aCount({ hour: hour(20) })]);
  const from = { from: hour(20), until: hour(21) };
  expect(await store.between({ accountId: null, ...from })).toHaveLength(1);
  expect(await store.between(from)).toHaveLength(2);
});

test("each hour is added up by code, of one account, of all, or of those who named none", async () => {
  const mine = randomUUID();
  const from = { from: hour(2), until: hour(4) };
  await store.add([
    aCount({ accountId: mine, hour: hour(2), count: 2 }),
    aCount({ accountId: mine, hour: hour(2), eventName: null, count: 3 }),
    aCount({ accountId: mine, hour: hour(2), code: "duplicate" }),
    aCount({ accountId: mine, hour: hour(3), count: 7 }),
    aCount({ accountId: mine, hour: hour(4) }),
    aCount({ accountId: null, hour: hour(2), count: 10 }),
  ]);
  const counted = async (accountId?: string | null) =>
    (await store.hourly({ ...from, ...(accountId === undefined ? {} : { accountId }) }))
      .map(({ hour: start, code, count }) => `${start.getUTCHours()} ${code} ${count}`)
      .sort();
  expect(await counted(mine)).toEqual(["2 duplicate 1", "2 missing_field 5", "3 missing_field 7"]);
  expect(await counted()).toEqual(["2 duplicate 1", "2 missing_field 15", "3 missing_field 7"]);
  expect(await counted(null)).toEqual(["2 missing_field 10"]);
});

test("the accounts with most come first, and codes that count last decide only between equals", async () => {
  const [first, second, third] = ["by-account-1", "by-account-2", "by-account-3"];
  await store.add([
    aCount({ accountId: first, hour: hour(15), count: 5 }),
    aCount({ accountId: first, hour: hour(15), code: "unknown_field", count: 2 }),
    aCount({ accountId: second, hour: hour(15), code: "late", count: 50 }),
    aCount({ accountId: third, hour: hour(15), code: "late", count: 90 }),
    aCount({ accountId: third, hour: hour(15), count: 6 }),
    aCount({ accountId: third, hour: hour(15), code: "duplicate", count: 900 }),
  ]);
  const range = { from: hour(15), until: hour(16) };
  const found = await store.byAccount(range, { except: ["duplicate"], last: ["late"] }, 4);
  expect(found.map(({ accountId }) => accountId)).toEqual([first, third, second]);
  const byCode = [expect.objectContaining({ code: "late", count: 90 }), { code: "missing_field", count: 6 }];
  expect(found[1]?.byCode).toHaveLength(2);
  expect(found[1]?.byCode).toEqual(expect.arrayContaining(byCode));
  expect(await store.byAccount(range, { except: [], last: [] }, 1)).toMatchObject([{ accountId: third }]);
  const own = await store.byAccount({ accountId: second, ...range }, { except: [], last: [] }, 4);
  expect(own).toEqual([{ accountId: second, byCode: [{ code: "late", count: 50 }] }]);
});

test("how often accounts met one code is told by name", async () => {
  const [mine, other, third] = [randomUUID(), randomUUID(), randomUUID()];
  await store.add([
    aCount({ accountId: mine, count: 2 }),
    aCount({ accountId: mine, hour: hour(13), count: 3 }),
    aCount({ accountId: mine, eventName: null }),
    aCount({ accountId: mine, code: "unknown_field" }),
    aCount({ accountId: other, count: 7 }),
    aCount({ accountId: third }),
  ]);
  const found = await store.byName("missing_field", [mine, other], ALL);
  expect(found).toHaveLength(3);
  expect(found).toContainEqual({ accountId: mine, eventName: "Purchase", count: 5 });
  expect(found).toContainEqual({ accountId: mine, eventName: null, count: 1 });
  expect(found).toContainEqual({ accountId: other, eventName: "Purchase", count: 7 });
});

test("totals that could not be stored go with the next ones, and nothing counts twice", async () => {
  const accountId = randomUUID();
  const range = { from: hour(17), until: hour(18) };
  const count = aCount({ accountId, hour: hour(17), count: 5 });
  vi.spyOn(mongo.native.refusalTotals, "bulkWrite").mockRejectedValueOnce(new Error("away"));
  await store.add([count]);
  expect(await store.hourly(range)).toEqual([]);
  await store.add([{ ...count, count: 2 }]);
  const total = [{ hour: hour(17), code: "missing_field", count: 7 }];
  expect(await store.hourly(range)).toEqual(total);
  expect(await store.hourly({ accountId, ...range })).toEqual(total);
});

test("counts are forgotten after 90 days", async () => {
  const indexes = await mongo.native.refusals.indexes();
  expect(indexes).toContainEqual(expect.objectContaining({ key: { hour: 1 }, expireAfterSeconds: 90 * 86_400 }));
});
