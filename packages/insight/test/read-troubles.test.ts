import { type LedgerEvent, RefusalStore } from "@capi-relay/storage";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type DestinationHealth, readDestinations, readTroubles } from "../src/index.ts";
import { HOUR_MS, hoursAgo, openInsight } from "./an-insight.ts";

let world: Awaited<ReturnType<typeof openInsight>>;

beforeEach(async () => {
  world = await openInsight();
});
afterEach(() => world.drop());

const retried = { status: "retry_scheduled", reason: "meta_throttled" } as const;

function tried(startedAt: Date, outcome: LedgerEvent["status"] = "retry_scheduled"): LedgerEvent["attempts"][number] {
  return {
    number: 1,
    trigger: "scheduled",
    startedAt,
    durationMs: 120,
    batchSize: 1,
    httpStatus: 400,
    code: 4,
    subcode: null,
    traceId: null,
    outcome,
    reason: null,
    mayHaveArrived: false,
    spent: false,
    metaTitle: null,
    metaMessage: null,
  };
}

async function aDestination(): Promise<DestinationHealth> {
  await world.account({ id: "acct42" });
  const [destination] = await readDestinations(world, new Date());
  return destination ?? expect.fail("no account");
}

function troubles(destinations: readonly DestinationHealth[]) {
  const refusals = new RefusalStore(world.mongo);
  return readTroubles({ ...world, refusals }, destinations, "24h", new Date());
}

test("events are retried since the first try of them that came to nothing, however long they waited before", async () => {
  const destination = { ...(await aDestination()), health: "throttled" } as const;
  const since = hoursAgo(2);
  await world.stored({ ...retried, acceptedAt: hoursAgo(40), attempts: [tried(hoursAgo(1)), tried(hoursAgo(0))] });
  await world.stored({ ...retried, acceptedAt: hoursAgo(30) });
  await world.stored({ ...retried, acceptedAt: hoursAgo(3), attempts: [tried(since), tried(hoursAgo(0))] });
  expect(await troubles([destination])).toEqual([
    { accountId: "acct42", refusedNames: [], retryingSince: since, doubtSince: null },
  ]);
});

test("what was tried before an event ended and a person sent it again is not counted", async () => {
  const destination = { ...(await aDestination()), health: "throttled" } as const;
  const since = hoursAgo(1);
  const attempts = [tried(hoursAgo(50)), tried(hoursAgo(49), "failed"), tried(since)];
  await world.stored({ ...retried, acceptedAt: hoursAgo(50), attempts });
  expect(await troubles([destination])).toMatchObject([{ retryingSince: since }]);
});

test("of events that nobody tried yet it is not known since when they wait for Meta", async () => {
  const destination = { ...(await aDestination()), health: "throttled" } as const;
  await world.stored({ ...retried, acceptedAt: hoursAgo(40) });
  expect(await troubles([destination])).toMatchObject([{ retryingSince: null }]);
});

test("doubts wait since the last try of the oldest of them, however long it waited before", async () => {
  const destination = { ...(await aDestination()), inDoubt: { count: 3, values: [] } };
  const since = hoursAgo(2);
  const doubtful = { status: "outcome_unknown", reason: "no_clear_answer" } as const;
  const doubt = (acceptedAt: Date, startedAt: Date, testCode: string | null = null) =>
    world.stored({ ...doubtful, acceptedAt, testCode, attempts: [tried(startedAt, "outcome_unknown")] });
  await doubt(hoursAgo(40), hoursAgo(1));
  await doubt(hoursAgo(3), since);
  await doubt(hoursAgo(9), hoursAgo(9), "TEST1");
  expect(await troubles([destination])).toMatchObject([{ accountId: "acct42", doubtSince: since }]);
});

test("what a switched-off name cost is told by name and account", async () => {
  const destination = { ...(await aDestination()), switchedOffEventNames: ["Purchase", "LeadSubmitted"] };
  const rejected = { status: "rejected", reason: "meta_invalid_event_type", endedAt: new Date() } as const;
  await world.stored({ eventName: "Purchase", ...rejected });
  await world.count();
  const hour = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
  const turnedAway = { accountId: "acct42", hour, code: "event_name_switched_off", eventName: "Purchase", count: 7 };
  await new RefusalStore(world.mongo).add([
    turnedAway,
    { ...turnedAway, accountId: "other" },
    { ...turnedAway, code: "missing_field" },
    { ...turnedAway, eventName: "LeadSubmitted", count: 1 },
  ]);
  const [trouble] = await troubles([destination]);
  expect(trouble?.refusedNames).toMatchObject([
    { eventName: "Purchase", rejected: { count: 1 }, turnedAway: 7 },
    { eventName: "LeadSubmitted", rejected: { count: 0 }, turnedAway: 1 },
  ]);
});

test("of a thousand accounts in trouble the worst twenty are asked for, and of a few retries nobody asks", async () => {
  const destination = await aDestination();
  const many = Array.from({ length: 1_000 }, (_, number) => ({
    ...destination,
    accountId: `shop-${number}`,
    switchedOffEventNames: ["Purchase"],
    retrying: { count: number, values: [] },
  }));
  const asked = vi.spyOn(world.mongo.native.events, "find");
  const names = vi.spyOn(world.rollups, "whole");
  const found = await troubles(many);
  expect(asked).toHaveBeenCalledTimes(20);
  expect(names).toHaveBeenCalledTimes(20);
  expect(found.map(({ accountId }) => accountId)).toContain("shop-980");
  expect(found.map(({ accountId }) => accountId)).not.toContain("shop-979");
  const few = { ...destination, retrying: { count: 19, values: [] } };
  expect(await troubles([few])).toEqual([]);
});
