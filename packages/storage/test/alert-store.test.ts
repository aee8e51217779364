import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AlertCause, AlertStore, type MongoConnection } from "../src/index.ts";
import { openDatabase } from "./a-database.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 12, minute));

let mongo: MongoConnection;
let alerts: AlertStore;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  alerts = new AlertStore(mongo);
});

afterAll(() => drop());

const aCause = (): AlertCause => ({
  kind: "account_paused",
  accountId: randomUUID(),
  detail: "meta_token_invalid",
});
const rowOf = async ({ accountId }: AlertCause) => (await alerts.open(100)).find((row) => row.accountId === accountId);

test("one cause opens one alert, however many meet it at the same moment", async () => {
  const cause = aCause();
  const opened = await Promise.all(Array.from({ length: 20 }, () => alerts.raise(cause, at(0))));
  expect(opened.filter(Boolean)).toHaveLength(1);
});

test("an alert remembers when it was opened and when its cause was met last", async () => {
  const cause = aCause();
  await alerts.raise(cause, at(0));
  expect(await alerts.raise(cause, at(5))).toBe(false);
  expect(await rowOf(cause)).toMatchObject({ ...cause, openedAt: at(0), lastMetAt: at(5), closedAt: null });
});

test("a closed alert opens again when its cause comes back, once", async () => {
  const cause = aCause();
  await alerts.raise(cause, at(0));
  await alerts.close((await rowOf(cause))?._id ?? "", at(1));
  expect(await rowOf(cause)).toBeUndefined();
  const opened = await Promise.all(Array.from({ length: 10 }, () => alerts.raise(cause, at(2))));
  expect(opened.filter(Boolean)).toHaveLength(1);
  expect(await rowOf(cause)).toMatchObject({ openedAt: at(2), closedAt: null });
});

test("different details of one account are different alerts", async () => {
  const cause = aCause();
  expect(await alerts.raise(cause, at(0))).toBe(true);
  expect(await alerts.raise({ ...cause, detail: "meta_policy_block" }, at(0))).toBe(true);
});

test("open alerts are counted by kind, closed ones are not", async () => {
  const kind = "event_quarantined";
  const before = (await alerts.countOpen())[kind] ?? 0;
  const [one, other] = [aCause(), aCause()];
  await alerts.raise({ ...one, kind }, at(0));
  await alerts.raise({ ...other, kind }, at(0));
  expect((await alerts.countOpen())[kind]).toBe(before + 2);
  await alerts.close((await rowOf(one))?._id ?? "", at(1));
  expect((await alerts.countOpen())[kind]).toBe(before + 1);
});
