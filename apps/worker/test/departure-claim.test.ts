import type { GraphAnswer, Opened } from "@capi-relay/domain";
import type { EventLedger, LedgerEvent } from "@capi-relay/storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countsAll, openDepartures } from "./a-departure.ts";

type World = Awaited<ReturnType<typeof openDepartures>>;

let mongo: World["mongo"];
let ledger: World["ledger"];
let stored: World["stored"];
let ledgerPort: World["ledgerPort"];
let worldOf: World["worldOf"];
let find: World["find"];
let close: World["close"];

beforeAll(async () => {
  ({ mongo, ledger, stored, ledgerPort, worldOf, find, close } = await openDepartures());
});

afterAll(() => close());

describe("in the lane of one, a departure", () => {
  const departed = async ({ id }: Opened<LedgerEvent>) =>
    (await mongo.native.events.findOne({ _id: id }))?.claim?.departed;

  test("notes that its request leaves, before it does", async () => {
    const [event] = (await stored(1)) as [Opened<LedgerEvent>];
    let noted: boolean | undefined;
    const { leave } = worldOf(countsAll, {
      graph: {
        postEvents: async () => {
          noted = await departed(event);
          return countsAll([event.eventId]);
        },
      },
    });
    await leave([event], "alone");
    expect([noted, (await find(event)).status]).toEqual([true, "delivered"]);
  });

  test("whose claim was taken over before it could note that sends nothing", async () => {
    const [event] = (await stored(1)) as [Opened<LedgerEvent>];
    const { leave, requests } = worldOf(countsAll, { ledger: { ...ledgerPort(), departs: async () => false } });
    expect((await leave([event], "alone")).results).toEqual([{ kind: "stale" }]);
    expect(requests).toEqual([]);
  });

  test("that cannot note it gives the event back", async () => {
    const [event] = (await stored(1)) as [Opened<LedgerEvent>];
    const departs = async () => Promise.reject(new Error("away"));
    const { leave, requests } = worldOf(countsAll, { ledger: { ...ledgerPort(), departs } });
    await expect(leave([event], "alone")).rejects.toThrow("away");
    expect(requests).toEqual([]);
    expect(await find(event)).toEqual(event);
  });
});

test("no request begins that could outlive its claim", async () => {
  const [event] = (await stored(1)) as [Opened<LedgerEvent>];
  const { go, requests } = worldOf(countsAll, { requestMs: 60_001 });
  expect(await go([event])).toEqual([{ kind: "outdated" }]);
  expect(requests).toEqual([]);
  expect(await find(event)).toEqual(event);
});

test("an event whose time runs out while it is claimed is judged anew, and spoils nobody's request", async () => {
  const [late] = (await stored(1, { expiresAt: new Date(Date.now() + 60_000) })) as [Opened<LedgerEvent>];
  const [other] = (await stored(1)) as [Opened<LedgerEvent>];
  const start = Date.now();
  let passed = 0;
  const claim: EventLedger["claim"] = async (...wish) => {
    const won = await ledger.claim(...wish);
    passed = 60_000;
    return won;
  };
  const { go, requests } = worldOf(countsAll, {
    ledger: { ...ledgerPort(), claim },
    leaseMs: 120_000,
    now: () => new Date(start + passed),
  });
  expect(await go([late, other])).toMatchObject([{ kind: "outdated" }, { kind: "ended" }]);
  expect(requests).toEqual([[other.eventId]]);
  expect(await find(late)).toEqual(late);
});

describe("when something of ours fails", () => {
  test("an outcome is recorded again and again until it lands", async () => {
    const [event] = (await stored(1)) as [Opened<LedgerEvent>];
    let tries = 0;
    const record: EventLedger["record"] = async (...args) => {
      tries += 1;
      if (tries < 3) throw new Error("away");
      await ledger.record(...args);
    };
    const { go, requests, ports } = worldOf(countsAll, { ledger: { ...ledgerPort(), record } });
    await go([event]);
    expect([tries, requests.length]).toEqual([3, 1]);
    expect(ports.logTrouble).toHaveBeenCalledTimes(2);
    expect((await find(event)).attempts).toHaveLength(1);
  });

  test("a claim nobody knows the fate of is given back", async () => {
    const [event] = (await stored(1)) as [Opened<LedgerEvent>];
    const { go, requests } = worldOf(countsAll, {
      ledger: {
        ...ledgerPort(),
        claim: async (...args) => {
          await ledger.claim(...args);
          throw new Error("the answer was lost");
        },
      },
    });
    await expect(go([event])).rejects.toThrow("the answer was lost");
    expect(requests).toEqual([]);
    expect(await find(event)).toEqual(event);
  });

  test("a token that cannot be opened leaves the events untouched: nothing was sent, so nothing may say it was", async () => {
    const [event] = (await stored(1)) as [Opened<LedgerEvent>];
    const { go, destinations, requests } = worldOf(countsAll);
    destinations.openToken.mockImplementation(() => {
      throw new Error("the key is gone");
    });
    await expect(go([event])).rejects.toThrow("the key is gone");
    expect(requests).toEqual([]);
    expect(await find(event)).toEqual(event);
  });

  test("a lease is renewed as long as its request is under way", async () => {
    const [event] = (await stored(1)) as [Opened<LedgerEvent>];
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
