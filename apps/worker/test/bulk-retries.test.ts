import { nextRetryable } from "@capi-relay/insight";
import { AuditLog, type BulkRetry, type BulkRetryFilter, BulkRetryStore } from "@capi-relay/storage";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BulkRetryPorts, runBulkRetries } from "../src/duties/run-bulk-retries.ts";
import { openSweepers } from "./a-sweeper.ts";

const REJECTED: BulkRetryFilter = {
  accountId: null,
  statuses: ["rejected"],
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
  sparesPossiblyArrived: false,
};
const goesOn = async () => true;

let world: Awaited<ReturnType<typeof openSweepers>>;
let orders: BulkRetryStore;
let audit: AuditLog;

beforeAll(async () => {
  world = await openSweepers();
  orders = new BulkRetryStore(world.mongo);
  audit = new AuditLog(world.mongo);
});
afterAll(() => world.close());
afterEach(async () => {
  await world.clear();
  await world.mongo.native.bulkRetries.deleteMany({});
});

function ports(changes: Partial<BulkRetryPorts> = {}): BulkRetryPorts {
  return {
    orders,
    nextRetryable: (order, limit) => nextRetryable(world.mongo, order, limit),
    decisions: world.decisions,
    audit,
    now: () => new Date(),
    pause: async () => {},
    ...changes,
  };
}

async function rejected(count: number, expiresInMs = 3_600_000): Promise<string[]> {
  const ids: string[] = [];
  for (let event = 0; event < count; event += 1) {
    const endedAt = new Date(Date.now() - 1_000);
    const expiresAt = new Date(Date.now() + expiresInMs);
    ids.push((await world.stored({ status: "rejected", reason: "meta_click_unknown", endedAt, expiresAt })).id);
  }
  return ids;
}

const order = (changes: { perSecond?: number } = {}): Promise<BulkRetry> =>
  orders.start({ filter: REJECTED, planned: 0, perSecond: 100_000, startedBy: "maria", ...changes }, new Date());

test("every event of an order gets one new life, and its own line in the audit trail", async () => {
  const ids = await rejected(60);
  const { id } = await order();
  await runBulkRetries(ports(), goesOn);
  expect(await orders.find(id)).toMatchObject({ state: "finished", requeued: 60, refused: {} });
  for (const eventId of ids)
    expect(await world.ledger.find(eventId)).toMatchObject({ status: "queued", generation: 1 });
  expect(await audit.of(ids[59] ?? "", 5)).toMatchObject([{ who: "maria", action: "event_retried", detail: id }]);
});

test("an event whose window has closed is no business of an order's", async () => {
  await rejected(3);
  const late = await rejected(2, -1);
  const { id } = await order();
  await runBulkRetries(ports(), goesOn);
  expect(await orders.find(id)).toMatchObject({ state: "finished", requeued: 3, refused: {} });
  for (const eventId of late) expect((await world.ledger.find(eventId))?.generation).toBe(0);
});

test("an event whose window closed after the order was given is refused, and the order says so", async () => {
  await rejected(3);
  await rejected(2, -1);
  const given = new Date(Date.now() - 500);
  const about = { filter: REJECTED, planned: 0, perSecond: 100_000, startedBy: "maria" };
  const { id } = await orders.start(about, given);
  await runBulkRetries(ports(), goesOn);
  expect(await orders.find(id)).toMatchObject({ state: "finished", requeued: 3, refused: { window_passed: 2 } });
});

test("a runner that dies before it noted its step retries nothing twice", async () => {
  const ids = await rejected(40);
  const { id } = await order();
  const dies = { next: () => orders.next(), finish: async () => {}, advance: () => Promise.reject(new Error("died")) };
  await expect(runBulkRetries(ports({ orders: dies }), goesOn)).rejects.toThrow("died");
  // The worker was quick: what was retried has been refused again meanwhile.
  for (const eventId of ids) {
    const event = await world.ledger.find(eventId);
    if (event?.status !== "queued") continue;
    const outcome = { status: "rejected", reason: "meta_click_unknown" } as const;
    await world.ledger.settle(event, { outcome, attempt: null, click: null });
  }
  await runBulkRetries(ports(), goesOn);
  expect((await orders.find(id))?.state).toBe("finished");
  for (const eventId of ids) expect((await world.ledger.find(eventId))?.generation).toBe(1);
});

test("stopping leaves the rest as it is", async () => {
  const ids = await rejected(60);
  const { id } = await order();
  await runBulkRetries(ports({ pause: async () => void (await orders.stop(id)) }), goesOn);
  expect(await orders.find(id)).toMatchObject({ state: "stopped", requeued: 25, finishedAt: expect.any(Date) });
  const events = await Promise.all(ids.map((eventId) => world.ledger.find(eventId)));
  expect(events.filter((event) => event?.status === "rejected")).toHaveLength(35);
  expect(await orders.stop(id)).toBe(false);
});

test("a worker that leaves hands the order over where it stands", async () => {
  await rejected(60);
  const { id } = await order();
  let turns = 0;
  await runBulkRetries(ports(), async () => ++turns <= 1);
  expect(await orders.find(id)).toMatchObject({ state: "running", requeued: 25 });
  await runBulkRetries(ports(), goesOn);
  expect(await orders.find(id)).toMatchObject({ state: "finished", requeued: 60 });
});

test("an order keeps its pace", async () => {
  await rejected(50);
  await order({ perSecond: 100 });
  const pauses: number[] = [];
  const frozen = new Date();
  await runBulkRetries(ports({ now: () => frozen, pause: async (ms) => void pauses.push(ms) }), goesOn);
  expect(pauses).toEqual([250, 250]);
});

test("sample events are never sent again", async () => {
  const [id = ""] = await rejected(1);
  await world.mongo.native.events.updateOne({ _id: id }, { $set: { sample: true } });
  const { id: orderId } = await order();
  await runBulkRetries(ports(), goesOn);
  expect(await orders.find(orderId)).toMatchObject({ state: "finished", requeued: 0, refused: {} });
  expect((await world.ledger.find(id))?.status).toBe("rejected");
});
