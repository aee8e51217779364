import type { EventStatus } from "@capi-relay/contract";
import type { mongo } from "mongoose";
import { expect, onTestFinished, test } from "vitest";
import { EventLives, MongoConnection, SweepStore } from "../src/index.ts";
import { rowOf } from "../src/ledger-event.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

const ENDED = 2_000;
const RESTING: EventStatus[] = ["queued", "retry_scheduled", "held", "waiting_click", "sending"];

/** Everything the sweeper looks for, in a ledger whose events have nearly all ended. */
const LOOKS: Readonly<Record<string, (sweeps: SweepStore, lives: EventLives) => Promise<unknown>>> = {
  "what is overdue": (sweeps) => sweeps.dueSince(new Date(), null, 100),
  "what is overdue, from where it stopped": (sweeps) =>
    sweeps.dueSince(new Date(), { dueAt: new Date(0), id: "" }, 100),
  "claims that lapsed": (sweeps) => sweeps.lapsed(100),
  "held events past their deadline": (_sweeps, lives) => lives.resting({ status: "held", dueBefore: new Date() }, 100),
  "held events of an account": (_sweeps, lives) => lives.resting({ status: "held", accountId: "acct-1" }, 100),
  "events that wait because Meta asked their account to": (_sweeps, lives) =>
    lives.throttled("acct-1", new Date(0), 100),
  "events that waited long enough": (_sweeps, lives) =>
    lives.resting({ status: "waiting_click", dueBefore: new Date() }, 100),
  "accounts with held events": (_sweeps, lives) => lives.accountsWithHeldEvents(),
  "waiters of a contact": (_sweeps, lives) => lives.waitingFor(["1:nobody"], 100),
};

test("whatever the sweeper looks for, it reads what is unfinished and nothing else", async () => {
  const database = await openDatabase();
  onTestFinished(database.drop);
  const { events } = database.mongo.native;
  const rows = (count: number, statusOf: (at: number) => EventStatus) =>
    Array.from({ length: count }, (_, at) => rowOf(aLedgerEvent({ status: statusOf(at) }), vault));
  await events.insertMany(rows(ENDED, () => "delivered"));
  await events.insertMany(rows(20, (at) => RESTING[at % RESTING.length] ?? "queued"));

  const uri = `${database.uri}${database.uri.includes("?") ? "&" : "?"}monitorCommands=true`;
  const mongo = await new MongoConnection(uri, { appName: "plans" }).connected();
  onTestFinished(() => mongo.close());
  const client = mongo.collections.events.db.getClient();
  const asked: mongo.Document[] = [];
  client.on("commandStarted", ({ commandName, command }) => {
    if (commandName === "find" || commandName === "distinct") asked.push(command);
  });
  const [sweeps, lives] = [new SweepStore(mongo, vault), new EventLives(mongo, vault)];
  for (const [name, look] of Object.entries(LOOKS)) {
    asked.length = 0;
    await look(sweeps, lives);
    expect(asked.length, name).toBe(1);
    const { lsid: _lsid, $db: _db, ...command } = asked[0] ?? {};
    const plan = await client.db(events.dbName).command({ explain: command, verbosity: "executionStats" });
    expect(plan["executionStats"].totalDocsExamined, name).toBeLessThanOrEqual(20);
  }
});
