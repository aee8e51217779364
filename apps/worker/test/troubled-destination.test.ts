import { anAccount } from "@capi-relay/storage/builders";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { DELIVERED, departuresOf, nextTurn } from "./departures-of.ts";

describe("after an unclear answer", () => {
  test("those who wait are turned away, one event goes alone, and all go again once that was answered", async () => {
    const { left, send, sizes, proven, world } = departuresOf({ maxEvents: 10 }, "by hand");
    await proven();
    const all = Array.from({ length: 30 }, () => send());
    await vi.waitFor(() => expect(sizes()).toEqual([10, 10]));
    left[0]?.arrive("unclear");
    const turnedAway = await Promise.all(all.slice(20));
    expect(turnedAway).toEqual(turnedAway.map(() => ({ kind: "turned_away" })));
    // While the other one is under way nobody is let in, not even to try.
    expect(await send()).toEqual({ kind: "turned_away" });
    left[1]?.arrive("unclear");
    await Promise.all(all.slice(0, 20));
    expect(world.onClarity).toHaveBeenCalledTimes(2);

    const [probe, beside] = [send(), send()];
    expect(await beside).toEqual({ kind: "turned_away" });
    expect(sizes().slice(2)).toEqual([1]);
    left[2]?.arrive("clear");
    expect(await probe).toEqual(DELIVERED);
    // As many as the probe has earned, then the others.
    const after = Promise.all(Array.from({ length: 5 }, () => send()));
    await vi.waitFor(() => expect(sizes().slice(3)).toEqual([4]));
    left[3]?.arrive("clear");
    await vi.waitFor(() => expect(sizes().slice(3)).toEqual([4, 1]));
    left[4]?.arrive("clear");
    await after;
  });

  test("of another worker nobody goes, if a third one is trying it out", async () => {
    const { left, send, world } = departuresOf();
    world.takeProbe.mockResolvedValue(null);
    const account = anAccount({ unclearSince: new Date() });
    expect(await Promise.all([send(account), send(account)])).toEqual([
      { kind: "turned_away" },
      { kind: "turned_away" },
    ]);
    expect(left).toEqual([]);
  });

  test("whose account has changed while they waited are sent away to be judged anew, and nothing of them leaves", async () => {
    const { left, send, world } = departuresOf();
    world.isCurrent.mockResolvedValue(false);
    expect(await Promise.all([send(), send()])).toEqual([{ kind: "outdated" }, { kind: "outdated" }]);
    expect(left).toEqual([]);
    world.isCurrent.mockResolvedValue(true);
    expect(await send()).toEqual(DELIVERED);
  });

  test("a probe that ends clearly is told, and the right to it given back", async () => {
    const { send, world } = departuresOf();
    const release = vi.fn(async () => {});
    world.takeProbe.mockResolvedValue(release);
    const account = anAccount({ unclearSince: new Date() });
    expect(await send(account)).toEqual(DELIVERED);
    expect(world.onClarity).toHaveBeenCalledExactlyOnceWith(account, "clear");
    expect(release).toHaveBeenCalledTimes(1);
  });

  test("this worker goes carefully even if it cannot tell the others, and its events stay settled", async () => {
    const { left, send, world, departures } = departuresOf({}, "by hand");
    world.onClarity.mockRejectedValue(new Error("away"));
    const sent = send();
    await vi.waitFor(() => expect(left).toHaveLength(1));
    left[0]?.arrive("unclear");
    expect(await sent).toEqual(DELIVERED);
    expect(world.onTrouble).toHaveBeenCalledExactlyOnceWith(expect.any(Error), "clarity");
    const [probe, beside] = [send(), send()];
    expect(await beside).toEqual({ kind: "turned_away" });
    departures.close();
    left[1]?.arrive("clear");
    await probe;
  });

  test("a right that cannot be given back costs the event nothing", async () => {
    const { send, world } = departuresOf();
    world.takeProbe.mockResolvedValue(async () => Promise.reject(new Error("away")));
    expect(await send(anAccount({ unclearSince: new Date() }))).toEqual(DELIVERED);
  });
});

describe("when Meta lets a request hang", () => {
  test("those in the fast lane go to the slow one, and those of the other lanes stay", async () => {
    const { left, send, proven, world } = departuresOf({ maxInFlight: 1 }, "by hand");
    await proven();
    const hanging = send();
    await vi.waitFor(() => expect(left).toHaveLength(1));
    const waiting = [send(), send(anAccount(), {}, "slow")];
    world.clock += 1_001;
    expect(await waiting[0]).toEqual({ kind: "crowded" });
    expect(await send()).toEqual({ kind: "crowded" });
    left[0]?.arrive("clear");
    expect(await hanging).toEqual(DELIVERED);
    await vi.waitFor(() => expect(left).toHaveLength(2));
    left[1]?.arrive("clear");
    expect(await waiting[1]).toEqual(DELIVERED);
  });

  test("whoever fills the queue is told, once in five seconds while it goes on, even if nobody waits here", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const { left, send, world } = departuresOf({}, "by hand");
    const hanging = send();
    await vi.waitFor(() => expect(left).toHaveLength(1));
    world.onSluggish.mockRejectedValueOnce(new Error("away"));
    const told: number[] = [];
    for (const passedMs of [1_000, 1, 4_999, 1, 3_000]) {
      world.clock += passedMs;
      await vi.advanceTimersByTimeAsync(250);
      await nextTurn();
      told.push(world.onSluggish.mock.calls.length);
    }
    expect(told).toEqual([0, 1, 1, 2, 2]);
    expect(world.onSluggish).toHaveBeenCalledWith("acct42");
    expect(world.onTrouble).toHaveBeenCalledExactlyOnceWith(expect.any(Error), "sluggish");
    left[0]?.arrive("clear");
    expect(await hanging).toEqual(DELIVERED);
  });

  test("nobody of another account is concerned", async () => {
    const { left, send, world } = departuresOf({}, "by hand");
    void send();
    await vi.waitFor(() => expect(left).toHaveLength(1));
    world.clock += 5_000;
    const other = send(anAccount({ id: "another" }));
    await vi.waitFor(() => expect(left).toHaveLength(2));
    for (const { arrive } of left) arrive("clear");
    expect(await other).toEqual(DELIVERED);
  });
});
