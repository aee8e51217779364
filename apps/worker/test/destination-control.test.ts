import { randomBytes } from "node:crypto";
import { createLogger } from "@capi-relay/runtime";
import { AccountStore, AlertStore, AuditLog, CachedAccounts, LeaseStore } from "@capi-relay/storage";
import { anAccountCreation, openDatabase, vault } from "@capi-relay/storage/builders";
import { KeyRing } from "@capi-relay/vault";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DestinationControl } from "../src/destination-control.ts";

const NOW = new Date("2026-03-01T12:00:00Z");

let database: Awaited<ReturnType<typeof openDatabase>>;
let store: AccountStore;

beforeAll(async () => {
  database = await openDatabase();
  store = new AccountStore(database.mongo, vault);
});
afterAll(() => database.drop());

/** A worker's view of the destinations: two of them share the stores and nothing else. */
function aWorker(holder = "worker-1") {
  const rung: string[] = [];
  const alerts = new AlertStore(database.mongo);
  const cache = new CachedAccounts(store);
  const control = new DestinationControl({
    store,
    cache,
    leases: new LeaseStore(database.mongo),
    holder,
    probeMs: 60_000,
    alerts: {
      ring: async (cause) => {
        rung.push(cause.kind);
        return alerts.raise(cause, NOW);
      },
    },
    audit: new AuditLog(database.mongo),
    log: createLogger({ name: "test", level: "info", destination: { write: () => undefined } }),
    now: () => NOW,
  });
  return { control, cache, rung };
}

async function anAccount() {
  const created = await store.create(anAccountCreation(), NOW);
  if (created.kind !== "created") throw new Error(created.kind);
  return created.account;
}

test("a dead token pauses the account once, with one alert, however many workers meet it", async () => {
  const account = await anAccount();
  const [one, other] = [aWorker("worker-1"), aWorker("worker-2")];
  await one.cache.find(account.id);
  await Promise.all([
    one.control.pause(account, "meta_token_invalid"),
    other.control.pause(account, "meta_token_invalid"),
  ]);
  expect([...one.rung, ...other.rung]).toEqual(["account_paused"]);
  // At once, also for the worker that had just looked: its copy was forgotten.
  expect(await one.cache.find(account.id)).toMatchObject({ state: "paused", pausedReason: "meta_token_invalid" });
});

test("a pause that nobody ordered stands in the audit once, with its reason", async () => {
  const account = await anAccount();
  const workers = [aWorker("worker-1"), aWorker("worker-2")];
  await Promise.all(workers.map(({ control }) => control.pause(account, "meta_permission_missing")));
  const entry = { who: "a worker", action: "account_paused", subject: account.id, detail: "meta_permission_missing" };
  expect(await new AuditLog(database.mongo).of(account.id, 10)).toMatchObject([{ at: NOW, ...entry }]);
});

test("a token whose key is lost cannot be opened, which pauses its account with one alert", async () => {
  const readable = await anAccount();
  const lost = KeyRing.parse(`lost:${randomBytes(32).toString("base64")}`);
  const created = await new AccountStore(database.mongo, lost).create(anAccountCreation(), NOW);
  if (created.kind !== "created") throw new Error(created.kind);
  const { control, rung } = aWorker();
  expect([readable, created.account].map((account) => control.canOpenToken(account))).toEqual([true, false]);
  await control.pause(created.account, "encryption_key_missing");
  expect(rung).toEqual(["account_paused"]);
  expect(await store.find(created.account.id)).toMatchObject({ pausedReason: "encryption_key_missing" });
});

test("a refusal of the old token that comes late leaves the account with the new one alone", async () => {
  const account = await anAccount();
  await store.change(account.id, { accessToken: "EAAnew".padEnd(60, "x") }, NOW);
  const { control, rung } = aWorker();
  await control.pause(account, "meta_token_invalid");
  expect([(await store.find(account.id))?.state, rung]).toEqual(["active", []]);
});

test("a name is switched off once, with one alert, and only for a dataset that is known", async () => {
  const account = await anAccount();
  const { control, rung } = aWorker();
  await control.switchOffName(account, "ViewContent");
  await control.switchOffName(account, "ViewContent");
  await control.switchOffName({ ...account, datasetId: null }, "AddToCart");
  expect(rung).toEqual(["event_name_switched_off"]);
  expect((await store.find(account.id))?.switchedOffEventNames).toEqual(["ViewContent"]);
});

test("what one worker learns of a destination's clarity and pace, the others see", async () => {
  const account = await anAccount();
  const [one, other] = [aWorker("worker-1"), aWorker("worker-2")];
  const until = new Date(NOW.getTime() + 60_000);
  await one.control.tellClarity(account, "unclear");
  await one.control.throttle(account, until);
  expect(await other.cache.find(account.id)).toMatchObject({ unclearSince: NOW, throttledUntil: until });
  await one.control.tellClarity(account, "clear");
  expect((await store.find(account.id))?.unclearSince).toBeNull();
});

test("that a person ended a wait which Meta asked for is known to every worker after two seconds", async () => {
  const account = await anAccount();
  const { control, cache } = aWorker();
  const until = new Date(NOW.getTime() + 86_400_000);
  await control.throttle(account, until);
  expect(await cache.find(account.id, 0)).toMatchObject({ throttledUntil: until });
  await store.resume(account.id, NOW);
  expect(await cache.find(account.id, 2_000)).toMatchObject({ throttledUntil: null });
});

test("that requests hang is known to whoever asks next, for ten seconds", async () => {
  const account = await anAccount();
  const { control, cache } = aWorker();
  await cache.find(account.id);
  await control.tellSluggish(account.id);
  const sluggishUntil = new Date(NOW.getTime() + 10_000);
  expect(await cache.find(account.id)).toMatchObject({ sluggishUntil });
});

test("an unclear destination is tried out by one worker at a time", async () => {
  const account = await anAccount();
  const [one, other] = [aWorker("worker-1").control, aWorker("worker-2").control];
  const giveBack = await one.takeProbe(account);
  expect(await other.takeProbe(account)).toBeNull();
  await giveBack?.();
  expect(await other.takeProbe(account)).not.toBeNull();
});
