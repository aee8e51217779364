import type { ChosenClick, GraphAnswer } from "@capi-relay/domain";
import { EventLedger, type LedgerEvent, type MongoConnection } from "@capi-relay/storage";
import { aLedgerEvent, anAccount, openDatabase, TOKEN, vault } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type DepartPorts, depart } from "../src/depart.ts";

const CLICK: ChosenClick = { ctwaClid: "x", conversationId: null, adId: null, clickedAt: null, matchedBy: "request" };
const DESTINATION = { account: anAccount({ wabaId: "77" }), testCode: null };
const COUNTED = { kind: "counted", httpStatus: 200, traceId: "A1", slowDownMs: null } as const;
const NO_TEXTS = { isTransient: false, traceId: "T1", title: null, message: null };

type Body = { data: readonly { event_id: string }[] };
type Graph = (sent: string[]) => GraphAnswer;

const refusal = (code: number, subcode: number | null = null, waitMs: number | null = null): GraphAnswer => ({
  kind: "refused",
  httpStatus: 400,
  error: { code, subcode, ...NO_TEXTS },
  waitMs,
});
const countsAll: Graph = (sent) => ({ ...COUNTED, eventsReceived: sent.length });

let mongo: MongoConnection;
let ledger: EventLedger;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  ledger = new EventLedger(mongo, vault);
});

afterAll(async () => {
  await ledger.drain();
  await drop();
});

async function stored(count: number): Promise<LedgerEvent[]> {
  const events = Array.from({ length: count }, () => aLedgerEvent());
  await Promise.all(events.map((event) => ledger.accept(event)));
  return events;
}

function worldOf(graph: Graph, changes: Partial<DepartPorts> = {}) {
  const requests: string[][] = [];
  const destinations = { openToken: vi.fn(() => TOKEN), pause: vi.fn(async () => {}), throttle: vi.fn(async () => {}) };
  const ports: DepartPorts = {
    ledger,
    destinations,
    graph: {
      postEvents: async ({ body, accessToken, datasetId }) => {
        expect([accessToken, datasetId]).toEqual([TOKEN, "1234567890"]);
        const sent = (body as Body).data.map(({ event_id }) => event_id);
        requests.push(sent);
        return graph(sent);
      },
    },
    logAttempt: vi.fn(),
    logTrouble: vi.fn(),
    now: () => new Date(),
    jitter: () => 0.5,
    delayScale: 1,
    leaseMs: 60_000,
    ...changes,
  };
  const go = (events: readonly LedgerEvent[]) =>
    depart(
      events.map((event) => ({ event, click: CLICK })),
      DESTINATION,
      ports,
    );
  return { go, ports, requests, destinations };
}

const find = async ({ id }: LedgerEvent) => {
  const event = await ledger.find(id);
  if (event === null) throw new Error("the event is gone");
  return event;
};
const statuses = (events: readonly LedgerEvent[]) => Promise.all(events.map(async (one) => (await find(one)).status));

describe("a departure", () => {
  test("sends its events in one request and records each as delivered, with attempt and click", async () => {
    const events = await stored(20);
    const { go, requests } = worldOf(countsAll);
    const turns = await go(events);
    expect(turns).toEqual(events.map(() => ({ kind: "ended", outcome: { status: "delivered", reason: null } })));
    expect(requests).toEqual([events.map(({ eventId }) => eventId)]);
    const recorded = await find(events[0] as LedgerEvent);
    expect(recorded).toMatchObject({ status: "delivered", click: CLICK, endedAt: expect.any(Date) });
    expect(recorded.attempts).toMatchObject([
      { number: 1, batchSize: 20, httpStatus: 200, traceId: "A1", mayHaveArrived: false },
    ]);
  });

  test("leaves out whoever another worker has claimed, and records nothing about them", async () => {
    const [mine, theirs] = (await stored(2)) as [LedgerEvent, LedgerEvent];
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
    const [event] = (await stored(1)) as [LedgerEvent];
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
    const events = await stored(16);
    const bad = events[5] as LedgerEvent;
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
    const { status, reason, attempts, dueAt } = await find(events[0] as LedgerEvent);
    expect([status, reason, attempts[0]?.spent]).toEqual(["retry_scheduled", "meta_throttled", false]);
    expect(destinations.throttle).toHaveBeenCalledWith(DESTINATION.account, expect.any(Date));
    expect(dueAt.getTime() - Date.now()).toBeGreaterThan(80_000);
  });

  test("after an answer that tells nothing marks its events as ones that may have arrived", async () => {
    const [event] = (await stored(1)) as [LedgerEvent];
    const { go } = worldOf(() => ({ kind: "unclear", httpStatus: null, cause: "timeout" }));
    await go([event]);
    expect(await find(event)).toMatchObject({
      status: "retry_scheduled",
      reason: "no_clear_answer",
      attempts: [{ mayHaveArrived: true, spent: true }],
    });
  });
});

describe("when something of ours fails", () => {
  test("an outcome is recorded again and again until it lands", async () => {
    const [event] = (await stored(1)) as [LedgerEvent];
    let tries = 0;
    const record: EventLedger["record"] = async (...args) => {
      tries += 1;
      if (tries < 3) throw new Error("away");
      await ledger.record(...args);
    };
    const { claim, renew, release } = {
      claim: ledger.claim.bind(ledger),
      renew: ledger.renew.bind(ledger),
      release: ledger.release.bind(ledger),
    };
    const { go, requests, ports } = worldOf(countsAll, { ledger: { claim, renew, release, record } });
    await go([event]);
    expect([tries, requests.length]).toEqual([3, 1]);
    expect(ports.logTrouble).toHaveBeenCalledTimes(2);
    expect((await find(event)).attempts).toHaveLength(1);
  });

  test("a claim nobody knows the fate of is given back", async () => {
    const [event] = (await stored(1)) as [LedgerEvent];
    const { go, requests } = worldOf(countsAll, {
      ledger: {
        claim: async (...args) => {
          await ledger.claim(...args);
          throw new Error("the answer was lost");
        },
        renew: ledger.renew.bind(ledger),
        release: ledger.release.bind(ledger),
        record: ledger.record.bind(ledger),
      },
    });
    await expect(go([event])).rejects.toThrow("the answer was lost");
    expect(requests).toEqual([]);
    expect(await find(event)).toEqual(event);
  });

  test("a token that cannot be opened leaves the events untouched: nothing was sent, so nothing may say it was", async () => {
    const [event] = (await stored(1)) as [LedgerEvent];
    const { go, destinations, requests } = worldOf(countsAll);
    destinations.openToken.mockImplementation(() => {
      throw new Error("the key is gone");
    });
    await expect(go([event])).rejects.toThrow("the key is gone");
    expect(requests).toEqual([]);
    expect(await find(event)).toEqual(event);
  });

  test("a lease is renewed as long as its request is under way", async () => {
    const [event] = (await stored(1)) as [LedgerEvent];
    let answer = (_answer: GraphAnswer): void => {};
    const { go } = worldOf(countsAll, {
      leaseMs: 90,
      graph: { postEvents: () => new Promise<GraphAnswer>((resolve) => (answer = resolve)) },
    });
    const leaseEnd = async () => (await mongo.native.events.findOne({ _id: event.id }))?.claim?.until.getTime() ?? 0;
    const departed = go([event]);
    await expect.poll(leaseEnd).toBeGreaterThan(0);
    const first = await leaseEnd();
    await expect.poll(leaseEnd).toBeGreaterThan(first + 90);
    answer(countsAll([event.eventId]));
    await departed;
    expect((await find(event)).status).toBe("delivered");
  });
});
