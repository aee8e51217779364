import type { mongo as driver } from "mongoose";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { EventLedger, MongoConnection, StorageUnavailable } from "../src/index.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

let mongo: MongoConnection;
let ledger: EventLedger;
let uri: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, uri, drop } = await openDatabase());
  ledger = new EventLedger(mongo, vault);
});

afterAll(() => drop());

test.each([
  ["", ""],
  [", also where its address asks for less", "&w=1&journal=false&wtimeoutMS=1"],
])("what is accepted, claimed or settled has to reach the journals of the majority%s", async (_, less) => {
  const monitored = `${uri}${uri.includes("?") ? "&" : "?"}monitorCommands=true${less}`;
  const connection = await new MongoConnection(monitored, { appName: "promises" }).connected();
  onTestFinished(() => connection.close());
  const promised: driver.Document[] = [];
  connection.collections.events.db.getClient().on("commandStarted", ({ commandName, command }) => {
    if (commandName === "insert" || commandName === "update") promised.push(command["writeConcern"]);
  });
  const [watched, event] = [new EventLedger(connection, vault), aLedgerEvent()];
  await watched.accept(event);
  await watched.claim([event], "worker", 60_000, new Date());
  await watched.settle(event, { outcome: { status: "skipped", reason: "no_ctwa_clid" }, attempt: null, click: null });
  expect(promised).toHaveLength(3);
  for (const one of promised) expect(one).toMatchObject({ w: "majority", j: true });
});

test("a repeat among rows that the majority has not journaled is no reason to call those accepted", async () => {
  const known = aLedgerEvent();
  await ledger.accept(known);
  const met: number[] = [];
  const insertMany = mongo.native.events.insertMany.bind(mongo.native.events);
  vi.spyOn(mongo.native.events, "insertMany").mockImplementationOnce((...asked) =>
    insertMany(...asked).catch((error: driver.MongoBulkWriteError) => {
      met.push(asked[0].length);
      error.result.getWriteConcernError = () => ({ code: 64 }) as driver.WriteConcernError;
      throw error;
    }),
  );
  await expect(ledger.accept(known)).rejects.toBeInstanceOf(StorageUnavailable);
  expect(met).toEqual([1]);
});

test("a turn that sends nothing does not touch an event that began another life meanwhile", async () => {
  const event = aLedgerEvent({ generation: 2 });
  await ledger.accept(event);
  const outcome = { status: "skipped", reason: "no_ctwa_clid" } as const;
  await ledger.settle({ id: event.id, generation: 1 }, { outcome, attempt: null, click: null });
  expect(await ledger.find(event.id)).toMatchObject({ status: "queued", generation: 2 });
});
