import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, AccountStore, CachedAccounts, type MongoConnection } from "../src/index.ts";
import { openDatabase, vault } from "./a-database.ts";
import { anAccountCreation, TOKEN } from "./an-account.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const FIRST = { tokenVersion: 1, datasetId: "1234567890" };
const LATER = new Date("2026-11-20T13:00:00Z");

let mongo: MongoConnection;
let store: AccountStore;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  store = new AccountStore(mongo, vault);
});

afterAll(() => drop());

async function created(changes: Parameters<typeof anAccountCreation>[0] = {}) {
  const answer = await store.create(anAccountCreation(changes), NOW);
  if (answer.kind !== "created") throw new Error(`not created: ${answer.kind}`);
  return answer.account;
}

async function found(id: string) {
  const account = await store.find(id);
  if (account === null) throw new Error("the account is gone");
  return account;
}

describe("creating", () => {
  test("an account is found again by its id and by its WABA, and the list holds it", async () => {
    const account = await created({ eventNameAliases: { "My.Lead$": "LeadSubmitted" } });
    expect(await store.find(account.id)).toEqual(account);
    expect(await store.findByWaba(account.wabaId)).toEqual(account);
    expect(await store.list()).toContainEqual(account);
  });

  test("an account without an id gets one that fits an address", async () => {
    const { id: _id, ...request } = anAccountCreation();
    const answer = await store.create(request, NOW);
    expect(answer.kind === "created" && answer.account.id).toMatch(/^acc_[A-Za-z0-9]{12}$/);
  });

  test("an id is given once", async () => {
    const { id } = await created();
    expect(await store.create(anAccountCreation({ id }), NOW)).toEqual({ kind: "id_taken" });
  });

  test("of many that want the same WABA at the same moment one gets it", async () => {
    const { wabaId } = anAccountCreation();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => store.create(anAccountCreation({ wabaId }), NOW)),
    );
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(["created", ...Array(19).fill("waba_taken")]);
  });
});

describe("the token", () => {
  test("lies in the database sealed, never in plain", async () => {
    const { id } = await created();
    const row = await mongo.collections.accounts.findById(id).lean();
    expect(JSON.stringify(row)).not.toContain(TOKEN);
    expect(store.openToken(await found(id))).toBe(TOKEN);
  });

  test("opens for its own account only, so that a copied row lends it to nobody", async () => {
    const [mine, another] = [await created(), await created()];
    expect(() => store.openToken({ ...another, sealedToken: mine.sealedToken })).toThrow();
  });
});

describe("changing", () => {
  test("settings change alone, and the token keeps its version", async () => {
    const { id } = await created();
    const changed = await store.change(id, { name: "New name", waitForClickHours: 1 }, LATER);
    expect(changed).toMatchObject({ name: "New name", waitForClickHours: 1, tokenVersion: 1, tokenUpdatedAt: NOW });
    expect(changed).toMatchObject({ updatedAt: LATER, datasetId: "1234567890" });
    expect(await store.find(id)).toEqual(changed);
  });

  test("a new token is a new version", async () => {
    const { id } = await created();
    const changed = await store.change(id, { accessToken: "another-token" }, LATER);
    expect(changed).toMatchObject({ tokenVersion: 2, tokenUpdatedAt: LATER });
    expect(store.openToken(await found(id))).toBe("another-token");
  });

  test("a dataset is linked once, and never over another one", async () => {
    const { id } = await created({ datasetId: undefined });
    const links = await Promise.all(
      ["111111", "222222", "333333"].map((dataset) => store.linkDataset(id, dataset, LATER)),
    );
    const [winner, ...others] = links.filter((account) => account !== null);
    expect(others).toEqual([]);
    expect((await found(id)).datasetId).toBe(winner?.datasetId);
    expect(await store.linkDataset("nobody", "111111", LATER)).toBeNull();
  });

  test("of many ids those of accounts are told", async () => {
    const { id } = await created();
    expect(await store.existing([id, "nobody", "$ne"])).toEqual(new Set([id]));
  });

  test("nobody changes an account that is not there", async () => {
    expect(await store.change("nobody", { name: "x" }, NOW)).toBeNull();
    expect(await store.resume("nobody", NOW)).toBeNull();
  });
});

describe("pausing", () => {
  test("counts once, whoever notices first", async () => {
    const { id } = await created();
    const pauses = await Promise.all(
      Array.from({ length: 20 }, () => store.pause({ id, ...FIRST }, "meta_token_invalid", LATER)),
    );
    expect(pauses.filter(Boolean)).toHaveLength(1);
    expect(await found(id)).toMatchObject({ state: "paused", pausedReason: "meta_token_invalid", pausedAt: LATER });
  });

  test("does not happen for a token that has been replaced", async () => {
    const { id } = await created();
    await store.change(id, { accessToken: "another-token" }, LATER);
    expect(await store.pause({ id, ...FIRST }, "meta_token_invalid", LATER)).toBe(false);
    expect((await found(id)).state).toBe("active");
  });

  test("does not happen for a dataset that has been replaced", async () => {
    const account = await created();
    await store.change(account.id, { datasetId: "999" }, LATER);
    expect(await store.pause(account, "meta_dataset_not_linked", LATER)).toBe(false);
  });

  test("by Meta's refusal outlasts a new token until somebody has tried that out", async () => {
    const account = await created();
    await store.pause(account, "meta_token_invalid", NOW);
    const changed = await store.change(account.id, { accessToken: "another-token" }, LATER);
    expect(changed).toMatchObject({ state: "paused", pausedReason: "meta_token_invalid", tokenVersion: 2 });
    const resumed = await store.resumeMended(changed as Account, LATER);
    expect(resumed).toMatchObject({ state: "active", pausedReason: null, pausedAt: null });
    expect(await store.find(account.id)).toEqual(resumed);
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ["an operator pauses it", (id) => store.pauseByOperator(id, LATER)],
    ["another token comes", (id) => store.change(id, { accessToken: "third-token" }, LATER)],
  ])("stays as it is if %s while the new token is tried out", async (_what, meanwhile) => {
    const account = await created();
    await store.pause(account, "meta_token_invalid", NOW);
    const changed = await store.change(account.id, { accessToken: "another-token" }, NOW);
    await meanwhile(account.id);
    expect(await store.resumeMended(changed as Account, LATER)).toBeNull();
    expect((await found(account.id)).state).toBe("paused");
  });

  test("by Meta's refusal does not end with other settings", async () => {
    const { id } = await created();
    await store.pause({ id, ...FIRST }, "meta_token_invalid", NOW);
    expect(await store.change(id, { name: "New name" }, LATER)).toMatchObject({ state: "paused" });
  });

  test("by an operator outlasts a new token", async () => {
    const { id } = await created();
    await store.pause({ id, ...FIRST }, "paused_by_operator", NOW);
    const changed = await store.change(id, { accessToken: "another-token" }, LATER);
    expect(changed).toMatchObject({ state: "paused", pausedReason: "paused_by_operator", tokenVersion: 2 });
    expect(await store.resume(id, LATER)).toMatchObject({ state: "active", pausedReason: null });
  });
});

test("a clear answer takes back the doubts that are no newer than it, and leaves a newer one", async () => {
  const { id } = await created();
  await store.markUnclear(id, LATER);
  await store.markClear(id, NOW);
  expect((await found(id)).unclearSince).toEqual(LATER);
  await store.markClear(id, LATER);
  expect((await found(id)).unclearSince).toBeNull();
});

test("throttling only ever lasts longer, in whatever order the answers come", async () => {
  const { id } = await created();
  await Promise.all([store.throttle({ id, ...FIRST }, LATER), store.throttle({ id, ...FIRST }, NOW)]);
  await store.throttle({ id, ...FIRST }, NOW);
  expect((await found(id)).throttledUntil).toEqual(LATER);
  await Promise.all([store.markSluggish(id, LATER), store.markSluggish(id, NOW)]);
  expect((await found(id)).sluggishUntil).toEqual(LATER);
});

describe("what Meta asked an account to wait", () => {
  const throttled = async () => {
    const { id } = await created();
    await store.throttle({ id, ...FIRST }, LATER);
    return id;
  };

  test("is over when an operator resumes it, paused or not", async () => {
    const id = await throttled();
    expect(await store.pauseByOperator(id, NOW)).toMatchObject({ throttledUntil: LATER });
    expect(await store.resume(id, NOW)).toMatchObject({ state: "active", throttledUntil: null });
    await store.throttle({ id, ...FIRST }, LATER);
    expect(await store.resume(id, NOW)).toMatchObject({ throttledUntil: null });
  });

  test.each<[string, object]>([
    ["token", { accessToken: "another-token" }],
    ["dataset", { datasetId: "99887766" }],
  ])("is over with another %s, and a late wish about the old one changes nothing", async (_what, change) => {
    const id = await throttled();
    expect(await store.change(id, { name: "Another name" }, NOW)).toMatchObject({ throttledUntil: LATER });
    expect(await store.change(id, change, NOW)).toMatchObject({ throttledUntil: null });
    await store.throttle({ id, ...FIRST }, LATER);
    expect((await found(id)).throttledUntil).toBeNull();
  });
});

describe("a cached account", () => {
  test("is read once for many callers, and again after two seconds or when forgotten", async () => {
    let reads = 0;
    const cache = new CachedAccounts({
      find: async () => {
        reads += 1;
        return null;
      },
    });
    await Promise.all([cache.find("a", 0), cache.find("a", 1), cache.find("a", 1_999)]);
    expect(reads).toBe(1);
    await cache.find("a", 2_000);
    expect(reads).toBe(2);
    cache.forget("a");
    await cache.find("a", 2_000);
    expect(reads).toBe(3);
  });

  test("whose read failed is read again by the next caller", async () => {
    let reads = 0;
    const cache = new CachedAccounts({
      find: async () => {
        reads += 1;
        if (reads === 1) throw new Error("away");
        return null;
      },
    });
    await expect(cache.find("a", 0)).rejects.toThrow("away");
    expect(await cache.find("a", 0)).toBeNull();
  });
});
