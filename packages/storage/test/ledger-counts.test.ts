import { afterAll, beforeAll, expect, test } from "vitest";
import { countUnfinished, EventLedger, type MongoConnection } from "../src/index.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

let mongo: MongoConnection;
let ledger: EventLedger;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  ledger = new EventLedger(mongo, vault);
});
afterAll(async () => {
  await ledger.drain();
  await drop();
});

test("unfinished events are counted by status, from the sweeper's index alone; finished ones are not", async () => {
  const statuses = ["queued", "queued", "held", "delivered", "rejected"] as const;
  await Promise.all(statuses.map((status) => ledger.accept(aLedgerEvent({ status }))));
  expect(await countUnfinished(mongo)).toEqual({
    queued: 2,
    waiting_click: 0,
    held: 1,
    sending: 0,
    retry_scheduled: 0,
    outcome_unknown: 0,
  });
  const plan = JSON.stringify(
    await mongo.native.events
      .find({ status: "queued" })
      .hint("unfinished_by_due")
      .project({ _id: 0, status: 1 })
      .explain(),
  );
  expect(plan).toContain('"stage":"PROJECTION_COVERED"');
  expect(plan).not.toContain('"stage":"FETCH"');
});
