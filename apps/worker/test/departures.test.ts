import { anAttempt } from "@capi-relay/domain/builders";
import type { Lane } from "@capi-relay/queue";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { anAccount } from "@capi-relay/storage/builders";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Clarity } from "../src/destination-gate.ts";
import type { Fate } from "../src/fate.ts";
import { DELIVERED, departuresOf, nextTurn, takenSeats } from "./departures-of.ts";

describe("events that wait for a request", () => {
  test("of one destination share it", async () => {
    const { send, sizes } = departuresOf();
    await Promise.all(Array.from({ length: 30 }, () => send()));
    expect(sizes()).toEqual([30]);
  });

  test.each<[string, Account, Partial<LedgerEvent>]>([
    ["another account", anAccount({ id: "another" }), {}],
    ["another dataset", anAccount({ datasetId: "999999" }), {}],
    ["another token", anAccount({ tokenVersion: 2 }), {}],
    ["another partner agent", anAccount({ partnerAgent: "agency" }), {}],
    ["another policy for unclear answers", anAccount({ unknownOutcome: "hold" }), {}],
    ["a test code", anAccount(), { testCode: "TEST1" }],
  ])("never share it with those of %s", async (_what, account, changes) => {
    const { left, send, sizes } = departuresOf();
    await Promise.all([send(), send(account, changes), send(), send(account, changes)]);
    expect(sizes()).toEqual([2, 2]);
    const [plain, special] = left;
    expect(plain?.destination).toEqual({ account: expect.objectContaining({ id: "acct42" }), testCode: null });
    expect(special?.destination).toEqual({ account, testCode: changes.testCode ?? null });
  });

  test("go alone after they were refused beside others, and in the lane of one", async () => {
    const { send, sizes } = departuresOf();
    const attempts = [anAttempt({ reason: "neighbour_rejected" })];
    await Promise.all([send(anAccount(), { attempts }), send(), send(anAccount(), {}, "alone"), send()]);
    expect(sizes().toSorted()).toEqual([1, 1, 2]);
  });

  test("fill no request beyond its limit, and no more requests are under way than may be", async () => {
    const { send, sizes, mostUnderWay } = departuresOf({ maxEvents: 10 });
    await Promise.all(Array.from({ length: 95 }, () => send()));
    expect(Math.max(...sizes())).toBe(10);
    expect(mostUnderWay()).toBe(2);
  });

  test("are waited for while they come so fast that they fill a request, and no longer", async () => {
    const { send, sizes, proven } = departuresOf({ maxEvents: 10, lingerMs: 50, maxInFlight: 9 }, "by hand");
    await proven();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const come = async (count: number, thenMs: number) => {
      for (let one = 0; one < count; one += 1) send().catch(() => undefined);
      await nextTurn();
      await vi.advanceTimersByTimeAsync(thenMs);
    };
    await come(14, 100);
    expect(sizes()).toEqual([10]);
    await come(6, 0);
    expect(sizes()).toEqual([10, 10]);
    await come(3, 1_500);
    expect(sizes()).toEqual([10, 10, 3]);
  });

  describe("while the worker is behind", () => {
    function behind() {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
      onTestFinished(() => void vi.useRealTimers());
      const { seats, end } = takenSeats({ count: 12, maxEvents: 6 }, 12);
      const world = departuresOf({ maxEvents: 6, lingerMs: 50, seats }, "by hand");
      const comeIn = (lane: Lane, accountIds: readonly string[]) => {
        for (const id of accountIds) world.send(anAccount({ id }), {}, lane).catch(() => undefined);
      };
      const comeTo = async (...accountIds: string[]) => {
        comeIn("fast", accountIds);
        await nextTurn();
        await nextTurn();
      };
      const allComeHome = async () => {
        for (const { arrive } of world.left.splice(0)) arrive("clear");
        await nextTurn();
      };
      return { ...world, end, comeIn, comeTo, allComeHome };
    }

    test("are waited for half a second, whatever account they are of, and no longer than it lasts", async () => {
      const { comeTo, sizes, end } = behind();
      await comeTo("one", "two", "two");
      await vi.advanceTimersByTimeAsync(499);
      expect(sizes()).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(sizes().toSorted()).toEqual([1, 2]);
      await comeTo("three", "three");
      expect(sizes()).toHaveLength(2);
      await end(7);
      await vi.advanceTimersByTimeAsync(250);
      expect(sizes().toSorted()).toEqual([1, 2, 2]);
    });

    test("all leave once they take half of the seats, lest they wait for company that finds none", async () => {
      const { comeTo, sizes, allComeHome } = behind();
      for (let time = 0; time < 3; time += 1) {
        await comeTo("one", "two", "two", "three", "three");
        expect(sizes()).toEqual([]);
        await comeTo("one");
        expect(sizes()).toEqual([2, 2, 2]);
        await allComeHome();
      }
    });

    test("whoever was sent away, or is in another lane, takes none of those seats", async () => {
      const { comeIn, comeTo, sizes, left, send, allComeHome } = behind();
      comeIn("slow", Array(5).fill("two"));
      await comeTo("one", "one", "one", "one", "one");
      expect(sizes()).toEqual([]);
      // One that has to leave alone gets an unclear answer: another tries the destination out, and the rest are sent
      // away.
      const alone = { attempts: [anAttempt({ reason: "neighbour_rejected" })] };
      send(anAccount({ id: "one" }), alone, "slow").catch(() => undefined);
      await nextTurn();
      left.splice(0)[0]?.arrive("unclear");
      await nextTurn();
      expect(sizes()).toEqual([1]);
      await comeTo("three", "three", "three", "three", "three");
      expect(sizes()).toEqual([1]);
      await comeTo("three");
      expect(sizes().toSorted()).toEqual([1, 5, 6]);
      await allComeHome();
    });

    test("not while it is only those who wait that make it seem so", async () => {
      const { comeTo, sizes, end } = behind();
      await end(6);
      await comeTo("one", "two");
      expect(sizes()).toEqual([1, 1]);
    });
  });

  test("wait for the first answer of a destination nobody knows", async () => {
    const { left, send, sizes } = departuresOf({ maxEvents: 10 }, "by hand");
    const all = Promise.all(Array.from({ length: 25 }, () => send()));
    await vi.waitFor(() => expect(sizes()).toEqual([10]));
    await nextTurn();
    expect(sizes()).toEqual([10]);
    left[0]?.arrive("clear");
    await vi.waitFor(() => expect(sizes()).toEqual([10, 10, 5]));
    for (const { arrive } of left) arrive("clear");
    await all;
  });

  test("find one destination also when they come and go all the time", async () => {
    const { left, send, mostUnderWay } = departuresOf({ maxEvents: 5, maxInFlight: 1 });
    const comeAndGo = async () => {
      for (let turn = 0; turn < 20; turn += 1) await send();
    };
    await Promise.all(Array.from({ length: 5 }, comeAndGo));
    expect(mostUnderWay()).toBe(1);
    expect(left.flatMap(({ passengers }) => passengers)).toHaveLength(100);
  });
});

describe("when the worker stops", () => {
  test("whoever waits is dismissed, nobody is let in, and a request on its way comes home", async () => {
    const { left, send, departures } = departuresOf({ maxEvents: 1 }, "by hand");
    const all = Array.from({ length: 5 }, () => send());
    await vi.waitFor(() => expect(left).toHaveLength(1));
    departures.close();
    expect(await Promise.all(all.slice(1))).toEqual(all.slice(1).map(() => ({ kind: "dismissed" })));
    expect(await send()).toEqual({ kind: "dismissed" });
    left[0]?.arrive("clear");
    expect(await all[0]).toEqual(DELIVERED);
    expect(left).toHaveLength(1);
  });
});

test("a request that fails on our side fails its own passengers, and nobody else's", async () => {
  const { left, send } = departuresOf({ maxEvents: 1 }, "by hand");
  const [first, second] = [send(), send()];
  await vi.waitFor(() => expect(left).toHaveLength(1));
  left[0]?.crash(new Error("the ledger is away"));
  await expect(first).rejects.toThrow("the ledger is away");
  await vi.waitFor(() => expect(left).toHaveLength(2));
  left[1]?.arrive("clear");
  expect(await second).toEqual(DELIVERED);
});

test("destinations that nobody goes to any more are forgotten", async () => {
  const { send, departures, world } = departuresOf();
  await Promise.all(Array.from({ length: 500 }, (_, n) => send(anAccount({ id: `a${n}` }))));
  expect(departures.size).toBe(500);
  world.clock += 600_001;
  await send();
  await vi.waitFor(() => expect(departures.size).toBe(1));
});

test("whatever happens in whatever order, everybody gets an answer", async () => {
  const happenings = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant("come" as const),
        lane: fc.constantFrom<Lane>("fast", "slow", "alone"),
        account: fc.constantFrom("a", "b"),
        isDoubted: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("arrive" as const),
        clarity: fc.constantFrom<Clarity>("clear", "unclear", "nothing"),
      }),
      fc.constant({ kind: "crash" as const }),
      fc.constant({ kind: "time" as const }),
    ),
    { minLength: 5, maxLength: 40 },
  );
  /** Whether another worker has the right to try the destination out, each time we ask; null without another worker. */
  const rivalHasRight = fc.option(fc.infiniteStream(fc.boolean()));
  await fc.assert(
    fc.asyncProperty(happenings, fc.boolean(), rivalHasRight, fc.boolean(), async (all, closes, rival, isBehind) => {
      const pace = isBehind ? { lingerMs: 1, seats: takenSeats({ count: 8, maxEvents: 3 }, 8).seats } : { lingerMs: 0 };
      const { left, send, departures, world } = departuresOf({ maxEvents: 3, ...pace }, "by hand");
      if (rival !== null) world.takeProbe.mockImplementation(async () => (rival.next().value ? null : async () => {}));
      const fates: Promise<Fate | "failed">[] = [];
      const land = () => left.splice(0, 1)[0];
      for (const one of all) {
        if (one.kind === "come") {
          const account = anAccount({ id: one.account, unclearSince: one.isDoubted ? new Date(world.clock) : null });
          fates.push(send(account, {}, one.lane).catch(() => "failed" as const));
        }
        if (one.kind === "arrive") land()?.arrive(one.clarity);
        if (one.kind === "crash") land()?.crash(new Error("ours"));
        if (one.kind === "time") world.clock += 700;
        await nextTurn();
      }
      if (closes) departures.close();
      let answered = 0;
      for (const fate of fates) void fate.then(() => (answered += 1));
      await vi.waitFor(
        () => {
          for (let next = land(); next !== undefined; next = land()) next.arrive("clear");
          expect(answered).toBe(fates.length);
        },
        { interval: 2, timeout: 3_000 },
      );
      departures.close();
    }),
    { numRuns: 60 },
  );
});
