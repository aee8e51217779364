import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiKeyStore, type MongoConnection } from "../src/index.ts";
import { openDatabase } from "./a-database.ts";
import { anApiKey } from "./an-api-key.ts";

let mongo: MongoConnection;
let keys: ApiKeyStore;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  keys = new ApiKeyStore(mongo);
});

afterAll(() => drop());

const HOUR_MS = 3_600_000;

describe("a key", () => {
  test.each([[null], [["shop-1", "shop-2"]]])(
    "for the accounts %j is found by its hash and by its id",
    async (accountIds) => {
      const created = await keys.create(anApiKey({ accountIds, scopes: ["send", "read"], requestsPerMinute: 600 }));
      expect(created).toMatchObject({
        id: expect.stringMatching(/^key_[A-Za-z0-9]{12}$/),
        accountIds,
        lastUsedAt: null,
      });
      expect(await keys.findByHash(created.hash)).toEqual(created);
      expect(await keys.find(created.id)).toEqual(created);
      expect(await keys.list()).toContainEqual(created);
      expect(await keys.findByHash("of nobody")).toBeNull();
    },
  );

  test("cannot share its secret with another", async () => {
    const { hash } = await keys.create(anApiKey());
    await expect(keys.create(anApiKey({ hash }))).rejects.toMatchObject({ code: 11_000 });
  });

  test("is revoked once, and keeps the moment", async () => {
    const { id } = await keys.create(anApiKey());
    const first = new Date(1_000);
    expect(await keys.revoke(id, first)).toBe(true);
    expect(await keys.revoke(id, new Date(2_000))).toBe(false);
    expect((await keys.find(id))?.revokedAt).toEqual(first);
    expect(await keys.revoke("key_of_nobody", first)).toBe(false);
  });

  test.each([
    [null, 2, 2],
    [5, 2, 2],
    [1, 2, 1],
  ])("that would end after %j hours and is to end after %j ends after %j", async (given, wanted, ends) => {
    const at = (hours: number) => new Date(Date.UTC(2027, 0, 1) + hours * HOUR_MS);
    const { id } = await keys.create(anApiKey({ expiresAt: given === null ? null : at(given) }));
    await keys.endBy(id, at(wanted));
    expect((await keys.find(id))?.expiresAt).toEqual(at(ends));
  });
});

test("the last use of many keys is noted at once, and never goes back", async () => {
  const made = await Promise.all([keys.create(anApiKey()), keys.create(anApiKey()), keys.create(anApiKey())]);
  const [one, two, three] = made.map(({ id }) => id) as [string, string, string];
  await keys.noteUses(
    new Map([
      [one, new Date(5_000)],
      [two, new Date(6_000)],
    ]),
  );
  await keys.noteUses(
    new Map([
      [one, new Date(4_000)],
      [two, new Date(7_000)],
    ]),
  );
  await keys.noteUses(new Map());
  const uses = await Promise.all([one, two, three].map(async (id) => (await keys.find(id))?.lastUsedAt));
  expect(uses).toEqual([new Date(5_000), new Date(7_000), null]);
});
