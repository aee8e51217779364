import type { GraphAnswer, Opened } from "@capi-relay/domain";
import type { LedgerEvent } from "@capi-relay/storage";
import { aLedgerEvent, TOKEN } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CLICK, COUNTED, countsAll, DESTINATION, type Graph, openDepartures, refusal } from "./a-departure.ts";

type World = Awaited<ReturnType<typeof openDepartures>>;

let ledger: World["ledger"];
let stored: World["stored"];
let worldOf: World["worldOf"];
let find: World["find"];
let statuses: World["statuses"];
let close: World["close"];

beforeAll(async () => {
  ({ ledger, stored, worldOf, find, statuses, close } = await openDepartures());
});

afterAll(() => close());

describe("a departure", () => {
  test("sends its events in one request and records each as delivered, with attempt and click", async () => {
    const events = await stored(20);
    const { go, requests, onTheirWay } = worldOf(countsAll);
    const results = await go(events);
    expect(onTheirWay).toEqual(["left", "answered"]);
    expect(results).toEqual(events.map(() => ({ kind: "ended", outcome: { status: "delivered", reason: null } })));
    expect(requests).toEqual([events.map(({ eventId }) => eventId)]);
    const recorded = await find(events[0] as Opened<LedgerEvent>);
    expect(recorded).toMatchObject({ status: "delivered", click: CLICK, endedAt: expect.any(Date) });
    expect(recorded.attempts).toMatchObject([
      { number: 1, batchSize: 20, httpStatus: 200, traceId: "A1", mayHaveArrived: false },
    ]);
  });

  test("leaves out whoever another worker has claimed, and records nothing about them", async () => {
    const [mine, theirs] = (await stored(2)) as [Opened<LedgerEvent>, Opened<LedgerEvent>];
    await ledger.claim([theirs], "another worker", 60_000, new Date());
    const { go, requests } = worldOf(countsAll);
    expect(await go([mine, theirs])).toMatchObject([{ kind: "ended" }, { kind: "stale" }]);
    expect(requests).toEqual([[mine.eventId]]);
    expect(await statuses([mine, theirs])).toEqual(["delivered", "sending"]);
  });

  test("that wins no claim asks nobody", async () => {
    const events = await stored(2);
    await ledger.claim(events, "another worker", 60_000, new Date());
    const { go, requests } = worldOf(countsAll);
    expect(await go(events)).toEqual([{ kind: "stale" }, { kind: "stale" }]);
    expect(requests).toEqual([]);
  });

  test("sends an event once that two jobs brought along", async () => {
    const [event] = (await stored(1)) as [Opened<LedgerEvent>];
    const { go, requests } = worldOf(countsAll);
    expect(await go([event, event])).toMatchObject([{ kind: "ended" }, { kind: "stale" }]);
    expect(requests).toEqual([[event.eventId]]);
    expect((await find(event)).attempts).toHaveLength(1);
  });

  test("among two workers with the same events sends each event once", async () => {
    const events = await stored(50);
    const [one, other] = [worldOf(countsAll), worldOf(countsAll)];
    await Promise.all([one.go(events), other.go(events.toReversed())]);
    const sent = [...one.requests, ...other.requests].flat();
    expect(sent.toSorted()).toEqual(events.map(({ eventId }) => eventId).toSorted());
  });

  test("delivers the neighbours of an event that Meta refuses", async () => {
    const events = [...(await stored(15)), ...(await stored(1, { eventName: "Refused" }))];
    const bad = events[15] as Opened<LedgerEvent>;
    const { go } = worldOf((sent) => (sent.includes(bad.eventId) ? refusal(100, 2_804_066) : countsAll(sent)));
    await go(events);
    const good = events.filter((event) => event !== bad);
    expect(await statuses(good)).toEqual(good.map(() => "delivered"));
    expect(await find(bad)).toMatchObject({
      status: "rejected",
      reason: "meta_invalid_event_type",
      attempts: [{ code: 100, subcode: 2_804_066, traceId: "T1", batchSize: 1 }],
    });
  });

  test("tells an account that is refused once, however many events were in the request", async () => {
    const events = await stored(10);
    const { go, destinations } = worldOf(() => refusal(190));
    await go(events);
    expect(await statuses(events)).toEqual(events.map(() => "held"));
    expect(destinations.pause).toHaveBeenCalledExactlyOnceWith(DESTINATION.account, "meta_token_invalid");
  });

  test("slows an account down once, for as long as Meta says, and spends no attempt", async () => {
    const events = await stored(10);
    const { go, destinations } = worldOf(() => refusal(80_004, null, 90_000));
    await go(events);
    expect(destinations.throttle).toHaveBeenCalledTimes(1);
    const { status, reason, attempts, dueAt } = await find(events[0] as Opened<LedgerEvent>);
    expect([status, reason, attempts[0]?.spent]).toEqual(["retry_scheduled", "meta_throttled", false]);
    expect(destinations.throttle).toHaveBeenCalledWith(DESTINATION.account, expect.any(Date));
    expect(dueAt.getTime() - Date.now()).toBeGreaterThan(80_000);
  });

  test("slows the account down also when its first event ends by that", async () => {
    const events = await stored(1, { expiresAt: new Date(Date.now() + 50_000) });
    const { go, destinations } = worldOf(() => refusal(80_004, null, 600_000));
    await go(events);
    expect(await find(events[0] as Opened<LedgerEvent>)).toMatchObject({
      status: "failed",
      reason: "retries_exhausted",
    });
    const [[, until]] = destinations.throttle.mock.calls as unknown as [[unknown, Date]];
    expect(until.getTime() - Date.now()).toBeGreaterThan(590_000);
  });

  test("halves no further for a part of which an event is too late by then: nothing leaves after its deadline", async () => {
    const [late] = (await stored(1, { expiresAt: new Date(Date.now() + 15_000) })) as [Opened<LedgerEvent>];
    const [one, other, beside] = (await stored(3)) as [Opened<LedgerEvent>, Opened<LedgerEvent>, Opened<LedgerEvent>];
    const start = Date.now();
    let passed = 0;
    const { go, requests } = worldOf(
      () => {
        passed += 10_000;
        return refusal(100, 2_804_009);
      },
      { now: () => new Date(start + passed) },
    );
    await go([one, other, beside, late]);
    const sent = [[one, other, beside, late], [one, other], [one], [other]];
    expect(requests).toEqual(sent.map((part) => part.map(({ eventId }) => eventId)));
    expect(await statuses([one, other])).toEqual(["rejected", "rejected"]);
    // Nobody asked whether it was this one, and no connection failed.
    expect(await find(beside)).toMatchObject({ status: "retry_scheduled", reason: "neighbour_rejected" });
    expect(await find(late)).toMatchObject({ status: "failed", reason: "retries_exhausted" });
  });

  test("keeps nothing of the token, the order or its articles that a text of Meta's repeats", async () => {
    const details = { orderId: "order-4711", contentIds: ["sku-blue"], contents: [{ id: "sku-red", quantity: 1 }] };
    const [event] = (await stored(1, { details: { ...aLedgerEvent().details, ...details } })) as [Opened<LedgerEvent>];
    const text = `Malformed access token ${TOKEN} for order-4711 with sku-blue and sku-red`;
    const { go } = worldOf(() => ({
      ...(refusal(190) as Extract<GraphAnswer, { kind: "refused" }>),
      error: { ...(refusal(190) as Extract<GraphAnswer, { kind: "refused" }>).error, message: text },
    }));
    await go([event]);
    const [attempt] = (await find(event)).attempts;
    expect(attempt?.metaMessage).toBe("Malformed access token [removed] for [removed] with [removed] and [removed]");
  });

  test("after an answer that tells nothing marks its events as ones that may have arrived", async () => {
    const [event] = (await stored(1)) as [Opened<LedgerEvent>];
    const { go } = worldOf(() => ({ kind: "unclear", httpStatus: null, cause: "timeout" }));
    await go([event]);
    expect(await find(event)).toMatchObject({
      status: "retry_scheduled",
      reason: "no_clear_answer",
      attempts: [{ mayHaveArrived: true, spent: true }],
    });
  });
});

describe("what a departure tells about its destination", () => {
  test.each<[string, Graph]>([
    ["clear", countsAll],
    ["clear", () => refusal(190)],
    ["unclear", () => ({ kind: "unclear", httpStatus: null, cause: "timeout" })],
    ["nothing", () => ({ kind: "not_sent", cause: "refused" })],
  ])("is %s", async (clarity, graph) => {
    const { leave } = worldOf(graph);
    expect((await leave(await stored(2))).clarity).toBe(clarity);
  });

  test("is unclear as soon as one of its halves is", async () => {
    const graphs = [refusal(100, 2_804_009), { kind: "unclear", httpStatus: null, cause: "timeout" } as const];
    const { leave } = worldOf(() => graphs.shift() ?? { ...COUNTED, eventsReceived: 1 });
    const events = await stored(2);
    expect((await leave(events)).clarity).toBe("unclear");
    // Only the half whose request hung may have arrived.
    const marked = await Promise.all(events.map(async (one) => (await find(one)).attempts[0]?.mayHaveArrived));
    expect(marked).toEqual([true, false]);
  });

  test("is that it takes a name no more, proven by a request of that name alone", async () => {
    const { go, requests, destinations } = worldOf(() => refusal(100, 2_804_066));
    const events = await stored(16, { eventName: "Purchase" });
    await go(events);
    expect(requests).toHaveLength(1);
    expect(await statuses(events)).toEqual(events.map(() => "rejected"));
    expect(destinations.switchOffName).toHaveBeenCalledExactlyOnceWith(DESTINATION.account, "Purchase");
  });

  test("is nothing about the name of those that were merely beside the refused one", async () => {
    const bad = await stored(1, { eventName: "LeadSubmitted" });
    const good = await stored(3, { eventName: "Purchase" });
    const { go, destinations } = worldOf(() => refusal(100, 2_804_066), { isClosing: () => true });
    await go([...good, ...bad]);
    expect(await statuses([...good, ...bad])).toEqual(Array(4).fill("retry_scheduled"));
    expect(destinations.switchOffName).not.toHaveBeenCalled();
  });

  test("is that somebody has to look, when Meta counts nothing", async () => {
    const { go, destinations } = worldOf(() => ({ ...COUNTED, eventsReceived: 0 }));
    const events = await stored(3);
    await go(events);
    expect(destinations.countedNone).toHaveBeenCalledExactlyOnceWith(DESTINATION.account);
    expect(await find(events[0] as Opened<LedgerEvent>)).toMatchObject({
      status: "rejected",
      reason: "meta_counted_none",
    });
  });

  test("is unknown for each event, when Meta counts fewer", async () => {
    const { go } = worldOf(() => ({ ...COUNTED, eventsReceived: 2 }));
    const events = await stored(3);
    await go(events);
    expect(await find(events[0] as Opened<LedgerEvent>)).toMatchObject({
      status: "outcome_unknown",
      reason: "meta_partial_count",
      attempts: [{ mayHaveArrived: true }],
    });
  });

  test("is that its clicks are all unknown, after ten such events in a row: then it is paused", async () => {
    const { go, destinations } = worldOf(() => refusal(100, 2_804_087));
    for (const event of await stored(9)) await go([event]);
    expect(destinations.pause).not.toHaveBeenCalled();
    await go(await stored(1));
    expect(destinations.pause).toHaveBeenCalledExactlyOnceWith(DESTINATION.account, "meta_clicks_all_unknown");
  });
});

test("what is certain is recorded while a refused batch is still being halved", async () => {
  const [bad, ...good] = (await stored(4)) as [Opened<LedgerEvent>, ...Opened<LedgerEvent>[]];
  const firstHalf = good.slice(0, 2);
  let asked = 0;
  const { go } = worldOf((sent) => (sent.includes(bad.eventId) ? refusal(100, 2_804_009) : countsAll(sent)), {
    mayGoOn: async () => {
      asked += 1;
      // Asked before each half, left and right: from the second on, no further request leaves until this is seen.
      if (asked > 1)
        await vi.waitFor(async () => expect(await statuses(firstHalf)).toEqual(["delivered", "delivered"]));
      return true;
    },
  });
  await go([...good, bad]);
  expect(asked).toBeGreaterThan(1);
  expect(await statuses([...good, bad])).toEqual(["delivered", "delivered", "delivered", "rejected"]);
});

test.each([
  ["that was paused meanwhile", async () => false],
  ["of which nothing can be learnt now", async () => Promise.reject(new Error("away"))],
])("a refused batch is halved no further for an account %s", async (_what, mayGoOn) => {
  const { go, requests } = worldOf(() => refusal(100, 2_804_009), { mayGoOn });
  const events = await stored(4);
  await go(events);
  expect(requests).toHaveLength(1);
  expect(await statuses(events)).toEqual(events.map(() => "retry_scheduled"));
});

test("a stopping worker halves a refused batch no further", async () => {
  let closing = false;
  const { go, requests } = worldOf(
    () => {
      closing = requests.length === 3;
      return refusal(100, 2_804_009);
    },
    { isClosing: () => closing },
  );
  const events = await stored(16);
  await go(events);
  expect(requests).toHaveLength(3);
  expect(await statuses(events)).toEqual(events.map(() => "retry_scheduled"));
});
