import { nextInDoubt } from "@capi-relay/insight";
import { AuditLog, type BulkDecision, BulkDecisionStore, type LedgerEvent } from "@capi-relay/storage";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BulkDecisionPorts, runBulkDecisions } from "../src/duties/run-bulk-decisions.ts";
import { openSweepers } from "./a-sweeper.ts";

const EVERYTHING: BulkDecision["filter"] = {
  accountId: null,
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
  sentAt: null,
  withoutTests: false,
};
const HOUR_MS = 3_600_000;
const goesOn = async () => true;

let world: Awaited<ReturnType<typeof openSweepers>>;
let orders: BulkDecisionStore;
let audit: AuditLog;

beforeAll(async () => {
  world = await openSweepers();
  orders = new BulkDecisionStore(world.mongo);
  audit = new AuditLog(world.mongo);
});
afterAll(() => world.close());
afterEach(async () => {
  await world.clear();
  await world.mongo.native.bulkDecisions.deleteMany({});
});

function ports(changes: Partial<BulkDecisionPorts> = {}): BulkDecisionPorts {
  return {
    orders,
    nextInDoubt: (decision, limit) => nextInDoubt(world.mongo, decision, limit),
    decisions: world.decisions,
    audit,
    now: () => new Date(),
    pause: async () => {},
    ...changes,
  };
}

async function inDoubt(count: number, changes: Partial<LedgerEvent> = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let event = 0; event < count; event += 1) {
    const times = { acceptedAt: new Date(Date.now() - HOUR_MS), expiresAt: new Date(Date.now() + HOUR_MS) };
    const doubt = { status: "outcome_unknown", reason: "worker_interrupted" } as const;
    ids.push((await world.stored({ ...doubt, ...times, ...changes })).id);
  }
  return ids;
}

const decision = (changes: Partial<BulkDecision> = {}): Promise<BulkDecision> =>
  orders.start(
    {
      filter: EVERYTHING,
      as: "delivered",
      doubtedBefore: new Date(),
      planned: 0,
      perSecond: 100_000,
      startedBy: "maria",
      ...changes,
    },
    new Date(),
  );

const standing = async (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await world.ledger.find(id))?.status));

test.each([
  ["delivered", "delivered", 0],
  ["abandon", "cancelled", 0],
  ["resend", "queued", 1],
] as const)(
  "every event of a decision is decided as %s, with its own line in the audit trail",
  async (as, status, generation) => {
    const ids = await inDoubt(60);
    const { id } = await decision({ as });
    await runBulkDecisions(ports(), goesOn);
    expect(await orders.find(id)).toMatchObject({ state: "finished", decided: 60, refused: {} });
    for (const eventId of ids) expect(await world.ledger.find(eventId)).toMatchObject({ status, generation });
    expect(await audit.of(ids[59] ?? "", 5)).toMatchObject([
      { who: "maria", action: "event_resolved", detail: `${as} by ${id}` },
    ]);
  },
);

test("what is sent again keeps to the guards of one event: too old, or a sample, stays in doubt and is told", async () => {
  const [sendable = ""] = await inDoubt(1);
  const late = await inDoubt(2, { expiresAt: new Date(Date.now() - 1) });
  const samples = await inDoubt(3, { sample: true });
  const { id } = await decision({ as: "resend" });
  await runBulkDecisions(ports(), goesOn);
  expect(await orders.find(id)).toMatchObject({
    state: "finished",
    decided: 1,
    refused: { window_passed: 2, sample_data: 3 },
  });
  expect((await world.ledger.find(sendable))?.status).toBe("queued");
  expect(new Set(await standing([...late, ...samples]))).toEqual(new Set(["outcome_unknown"]));
});

test("an event that moves on between the look and the decision is left alone", async () => {
  const [first = "", second = ""] = await inDoubt(2);
  const { id } = await decision({ as: "abandon" });
  const movesOn = async (order: BulkDecision, limit: number) => {
    const found = await nextInDoubt(world.mongo, order, limit);
    await world.decisions.resolve(first, "delivered");
    return found;
  };
  await runBulkDecisions(ports({ nextInDoubt: movesOn }), goesOn);
  expect(await orders.find(id)).toMatchObject({ decided: 1, refused: { outcome_is_known: 1 } });
  expect(await standing([first, second])).toEqual(["delivered", "cancelled"]);
  expect(await audit.of(first, 5)).toEqual([]);
});

test("a runner that dies before it noted its step sends nothing twice, though it is in doubt once more", async () => {
  const ids = await inDoubt(40);
  const { id } = await decision({ as: "resend" });
  const dies = { next: () => orders.next(), finish: async () => {}, advance: () => Promise.reject(new Error("died")) };
  await expect(runBulkDecisions(ports({ orders: dies }), goesOn)).rejects.toThrow("died");
  const attempt = { startedAt: new Date(), durationMs: 1 };
  await world.mongo.native.events.updateMany(
    { status: "queued" },
    { $set: { status: "outcome_unknown", attempts: [attempt as never] } },
  );
  await runBulkDecisions(ports(), goesOn);
  expect(await orders.find(id)).toMatchObject({ state: "finished", decided: 15 });
  for (const eventId of ids) expect((await world.ledger.find(eventId))?.generation).toBe(1);
});

test("stopping leaves the rest in doubt", async () => {
  const ids = await inDoubt(60);
  const { id } = await decision();
  await runBulkDecisions(ports({ pause: async () => void (await orders.stop(id)) }), goesOn);
  expect(await orders.find(id)).toMatchObject({ state: "stopped", decided: 25, finishedAt: expect.any(Date) });
  expect((await standing(ids)).filter((status) => status === "outcome_unknown")).toHaveLength(35);
  expect(await orders.stop(id)).toBe(false);
});

test("a worker that leaves hands the decision over where it stands, and two of them come one after the other", async () => {
  await inDoubt(30, { accountId: "acct42" });
  await inDoubt(30, { accountId: "another" });
  const first = await decision({ filter: { ...EVERYTHING, accountId: "acct42" } });
  const second = await decision({ filter: { ...EVERYTHING, accountId: "another" }, as: "abandon" });
  let turns = 0;
  await runBulkDecisions(ports(), async () => ++turns <= 1);
  expect(await orders.find(first.id)).toMatchObject({ state: "running", decided: 25 });
  expect(await orders.find(second.id)).toMatchObject({ state: "running", decided: 0 });
  await runBulkDecisions(ports(), goesOn);
  expect(await orders.find(first.id)).toMatchObject({ state: "finished", decided: 30 });
  expect(await orders.find(second.id)).toMatchObject({ state: "finished", decided: 30 });
});
