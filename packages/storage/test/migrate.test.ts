import { readFile } from "node:fs/promises";
import { uniquePrefix, withDatabase } from "@capi-relay/local-services";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { keepMigrating, MongoConnection, migrate, missingIndexes } from "../src/index.ts";

async function emptyDatabase(): Promise<MongoConnection> {
  const mongo = await new MongoConnection(withDatabase(inject("mongoUri"), uniquePrefix()), {
    appName: "test",
  }).connected();
  onTestFinished(async () => {
    await mongo.native.events.db?.dropDatabase();
    await mongo.close();
  });
  return mongo;
}

test("an empty database lacks every index, and a migrated one none", async () => {
  const mongo = await emptyDatabase();
  expect(await missingIndexes(mongo)).toContain("conversations.one_conversation_per_contact");
  await migrate(mongo);
  expect(await missingIndexes(mongo)).toEqual([]);
});

test("several processes may migrate at once, and again", async () => {
  const mongo = await emptyDatabase();
  await Promise.all([migrate(mongo), migrate(mongo), migrate(mongo)]);
  await migrate(mongo);
  expect(await missingIndexes(mongo)).toEqual([]);
});

test("a migration that fails is tried again until it works", async () => {
  const mongo = await emptyDatabase();
  const accounts = mongo.collections.accounts.collection;
  await accounts.createIndex({ name: 1 }, { name: "one_account_per_waba" });
  const troubles: unknown[] = [];
  const migrated = keepMigrating(mongo, (error) => troubles.push(error), 10);
  await vi.waitFor(() => expect(troubles.length).toBeGreaterThan(1), { timeout: 20_000 });
  await accounts.dropIndex("one_account_per_waba");
  await migrated;
  expect(await missingIndexes(mongo)).toEqual([]);
});

test("a dropped unique index is named", async () => {
  const mongo = await emptyDatabase();
  await migrate(mongo);
  await mongo.collections.accounts.collection.dropIndex("one_account_per_waba");
  expect(await missingIndexes(mongo)).toEqual(["accounts.one_account_per_waba"]);
});

test("an index of the right name that does not keep doubles out counts as missing", async () => {
  const mongo = await emptyDatabase();
  await migrate(mongo);
  const accounts = mongo.collections.accounts.collection;
  await accounts.dropIndex("one_account_per_waba");
  await accounts.createIndex({ wabaId: 1 }, { name: "one_account_per_waba" });
  expect(await missingIndexes(mongo)).toEqual(["accounts.one_account_per_waba"]);
});

test("the decision about the schema tells of every collection, and of no other", async () => {
  const mongo = await emptyDatabase();
  const decision = new URL("../../../docs/decisions/0003-the-schema.md", import.meta.url);
  const told = [...(await readFile(decision, "utf8")).matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual(
    Object.values(mongo.collections)
      .map(({ collection }) => collection.name)
      .toSorted(),
  );
});
