import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMongo, withDatabase } from "@capi-relay/local-services";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  AccountStore,
  ConversationStore,
  EventLedger,
  LeaseStore,
  MongoConnection,
  migrate,
  missingIndexes,
  StorageUnavailable,
  SweepStore,
} from "../src/index.ts";
import { vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";
import { anAccountCreation } from "./an-account.ts";

/** Server selection takes five seconds; an order system is answered well before it gives up. */
const A_FEW_SECONDS_MS = 8_000;

/** One operation of every store. */
function everyOperation(mongo: MongoConnection): Record<string, () => Promise<unknown>> {
  const ledger = new EventLedger(mongo, vault);
  const event = aLedgerEvent();
  const contact = { wabaId: "1", bsuidKey: "b", phoneKey: null };
  return {
    accept: () => ledger.accept(event),
    find: () => ledger.find(event.id),
    claim: () => ledger.claim([event], "token", 60_000, new Date()),
    record: () =>
      ledger.record(event.id, "token", { outcome: { status: "delivered", reason: null }, attempt: null, click: null }),
    account: () => new AccountStore(mongo, vault).find("nobody"),
    newAccount: () => new AccountStore(mongo, vault).create(anAccountCreation(), new Date()),
    conversation: () => new ConversationStore(mongo).find("0".repeat(24)),
    click: () => new ConversationStore(mongo).remember(contact, null, new Date()),
    sweep: () => new SweepStore(mongo, vault).dueSince(new Date(), null, 1),
    lease: () => new LeaseStore(mongo).take("duty", "me", 1),
    indexes: () => missingIndexes(mongo),
  };
}

async function answersOf(mongo: MongoConnection): Promise<Record<string, unknown>> {
  const startedAt = performance.now();
  const answers = await Promise.all(
    Object.entries(everyOperation(mongo)).map(async ([name, operation]) => [
      name,
      await operation().then(
        () => "done",
        (error: unknown) => error,
      ),
    ]),
  );
  expect(performance.now() - startedAt).toBeLessThan(A_FEW_SECONDS_MS);
  return Object.fromEntries(answers);
}

test("while MongoDB was never there, every operation says so within seconds", { timeout: 30_000 }, async () => {
  const failures = vi.fn();
  const mongo = new MongoConnection("mongodb://127.0.0.1:1/nowhere", { appName: "test", onConnectFailure: failures });
  onTestFinished(() => mongo.close());
  for (const answer of Object.values(await answersOf(mongo))) expect(answer).toBeInstanceOf(StorageUnavailable);
  await vi.waitFor(() => expect(failures).toHaveBeenCalled(), { timeout: 10_000 });
});

test("while MongoDB is away every operation says so within seconds, and works again once it is back", {
  timeout: 60_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "storage-test-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const first = await startMongo({ own: true, dataDir });
  onTestFinished(() => first.stop());
  const mongo = await new MongoConnection(withDatabase(first.uri, "outage"), { appName: "test" }).connected();
  onTestFinished(() => mongo.close());
  await migrate(mongo);
  expect(new Set(Object.values(await answersOf(mongo)))).toEqual(new Set(["done"]));

  await first.kill();
  for (const [name, answer] of Object.entries(await answersOf(mongo))) {
    expect(answer, name).toBeInstanceOf(StorageUnavailable);
    expect(String(answer)).toBe("StorageUnavailable: MongoDB is not available.");
  }

  const port = Number(/:(\d+)/.exec(new URL(first.uri.replace("mongodb:", "http:")).host)?.[1]);
  const second = await startMongo({ own: true, dataDir, port });
  onTestFinished(() => second.stop());
  await vi.waitFor(async () => expect(new Set(Object.values(await answersOf(mongo)))).toEqual(new Set(["done"])), {
    timeout: 30_000,
  });
});
