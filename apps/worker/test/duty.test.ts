import { LeaseStore } from "@capi-relay/storage";
import { openDatabase } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Duty, type DutyOptions } from "../src/duty.ts";

let leases: LeaseStore;
let drop: () => Promise<void>;
beforeAll(async () => {
  const { mongo, drop: dropIt } = await openDatabase();
  leases = new LeaseStore(mongo);
  drop = dropIt;
});
afterAll(() => drop());

const aDuty = (options: Partial<DutyOptions> & { name: string }) =>
  new Duty({ leases, holder: "one", everyMs: 10, run: async () => {}, onError: () => {}, ...options });

test("one process at a time has a duty, and hands it over when it leaves", async () => {
  const runs: string[] = [];
  const [one, other] = ["one", "other"].map((holder) =>
    aDuty({ name: "shared", holder, run: async () => void runs.push(holder) }),
  );
  await one?.turn();
  await other?.turn();
  expect(runs).toEqual(["one"]);
  await one?.close();
  await other?.turn();
  expect(runs).toEqual(["one", "other"]);
});

test("a duty is done again and again, also after a failure, which is reported", async () => {
  const onError = vi.fn();
  let turns = 0;
  const duty = aDuty({
    name: "failing",
    onError,
    run: async () => {
      turns += 1;
      if (turns === 1) throw new Error("once");
    },
  });
  duty.start();
  await vi.waitFor(() => expect(turns).toBeGreaterThan(1));
  await duty.close();
  expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: "once" }), "failing");
});

test("closing waits for the turn and tells it not to go on", async () => {
  const told: boolean[] = [];
  const begun = Promise.withResolvers<void>();
  const closing = Promise.withResolvers<void>();
  const duty = aDuty({
    name: "long",
    run: async (goesOn) => {
      told.push(await goesOn());
      begun.resolve();
      await closing.promise;
      told.push(await goesOn());
    },
  });
  duty.start();
  await begun.promise;
  const closed = duty.close();
  closing.resolve();
  await closed;
  expect(told).toEqual([true, false]);
});
