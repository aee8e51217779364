import { anAttempt } from "@capi-relay/domain/builders";
import type { LedgerEvent } from "@capi-relay/storage";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { RedriveRefusal } from "../src/index.ts";
import { openDispatcher } from "./a-dispatcher.ts";

let world: Awaited<ReturnType<typeof openDispatcher>>;

beforeAll(async () => {
  world = await openDispatcher();
  await vi.waitFor(() => world.queue.ping());
});

afterAll(() => world.close());

async function stored(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
  const event = aLedgerEvent(changes);
  await world.ledger.accept(event);
  return event;
}

const placeOf = ({ id }: LedgerEvent, generation = 0) => world.queue.placeOf({ id, generation });

describe("sending again", () => {
  test.each(["rejected", "failed", "skipped", "retry_scheduled"] as const)(
    "an event that is %s begins a new life with a job of its own, and the old job goes",
    async (status) => {
      const event = await stored({ status, reason: "retries_exhausted", generation: 2 });
      await world.dispatcher.addJob(event);
      expect(await world.decisions.redrive(event.id)).toEqual({ kind: "requeued", generation: 3 });
      expect(await world.ledger.find(event.id)).toMatchObject({
        status: "queued",
        generation: 3,
        nextTrigger: "manual",
      });
      expect([await placeOf(event, 2), await placeOf(event, 3)]).toEqual(["missing", "underway"]);
    },
  );

  test.each<[RedriveRefusal, Partial<LedgerEvent>]>([
    ["already_delivered", { status: "delivered" }],
    ["outcome_unknown", { status: "outcome_unknown", reason: "no_clear_answer" }],
    ["cancelled", { status: "cancelled" }],
    ["window_passed", { status: "expired", reason: "event_time_window_passed" }],
    ["window_passed", { status: "failed", reason: "retries_exhausted", expiresAt: new Date(0) }],
    ["goes_by_itself", { status: "waiting_click", reason: "no_click_yet" }],
    ["goes_by_itself", { status: "held", reason: "paused_by_operator" }],
    ["under_way", { status: "queued" }],
    ["under_way", { status: "sending" }],
  ])("is refused as %s for %j, and changes nothing", async (because, changes) => {
    const event = await stored(changes);
    expect(await world.decisions.redrive(event.id)).toEqual({ kind: "refused", because });
    expect(await world.ledger.find(event.id)).toEqual(event);
    expect(await placeOf(event, 1)).toBe("missing");
  });

  test("an event nobody knows is not found", async () => {
    expect(await world.decisions.redrive("enobody")).toEqual({ kind: "not_found" });
  });

  test.each(["rejected", "failed", "skipped", "retry_scheduled"] as const)(
    "of what may have arrived is refused while it is %s, unless that is known and wanted",
    async (status) => {
      const attempts = [anAttempt({ mayHaveArrived: true }), anAttempt()];
      const event = await stored({ status, attempts });
      expect(await world.decisions.redrive(event.id)).toEqual({ kind: "refused", because: "may_have_arrived" });
      expect(await world.ledger.find(event.id)).toEqual(event);
      expect(await world.decisions.redrive(event.id, { evenIfArrived: true })).toMatchObject({ kind: "requeued" });
    },
  );

  test("happens once, however often it is asked for at the same moment", async () => {
    const event = await stored({ status: "failed", reason: "retries_exhausted" });
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.decisions.redrive(event.id)));
    expect(answers.filter(({ kind }) => kind === "requeued")).toEqual([{ kind: "requeued", generation: 1 }]);
    expect(await placeOf(event, 2)).toBe("missing");
  });
});

describe("a correction", () => {
  const correction = { accountId: "acct42", eventName: "Purchase" };

  test.each(["rejected", "failed"] as const)("lets an event that is %s go again as corrected", async (status) => {
    const event = await stored({ status, reason: "meta_value_missing" });
    expect(await world.decisions.redrive(event.id, { correction })).toEqual({ kind: "requeued", generation: 1 });
    expect(await world.ledger.find(event.id)).toMatchObject({ eventName: "Purchase", status: "queued" });
    const job = await world.queue.bullQueues.fast.getJob(`${event.id}_1`);
    expect(job?.name).toBe("Purchase");
  });

  test.each<[RedriveRefusal, Partial<LedgerEvent>]>([
    ["not_correctable", { status: "skipped", reason: "no_ctwa_clid" }],
    ["not_correctable", { status: "retry_scheduled", reason: "meta_unavailable" }],
    ["may_have_arrived", { status: "failed", attempts: [anAttempt({ mayHaveArrived: true })] }],
    ["already_delivered", { status: "delivered" }],
    ["outcome_unknown", { status: "outcome_unknown" }],
  ])("is refused as %s for %j", async (because, changes) => {
    const event = await stored(changes);
    expect(await world.decisions.redrive(event.id, { correction })).toEqual({ kind: "refused", because });
    expect(await world.ledger.find(event.id)).toEqual(event);
  });
});

describe("cancelling", () => {
  test.each(["queued", "retry_scheduled", "waiting_click", "held"] as const)(
    "ends an event that is %s, and its job goes",
    async (status) => {
      const event = await stored({ status });
      await world.dispatcher.addJob(event);
      expect(await world.decisions.cancel(event.id, "cancelled_by_caller")).toEqual({ kind: "cancelled" });
      expect(await world.ledger.find(event.id)).toMatchObject({ status: "cancelled", reason: "cancelled_by_caller" });
      expect(await placeOf(event)).toBe("missing");
    },
  );

  test.each<[RedriveRefusal, Partial<LedgerEvent>]>([
    ["under_way", { status: "sending" }],
    ["already_ended", { status: "delivered" }],
    ["already_ended", { status: "cancelled" }],
    ["may_have_arrived", { status: "retry_scheduled", attempts: [anAttempt({ mayHaveArrived: true })] }],
    ["may_have_arrived", { status: "outcome_unknown", attempts: [anAttempt({ mayHaveArrived: true })] }],
  ])("is refused as %s for %j", async (because, changes) => {
    const event = await stored(changes);
    expect(await world.decisions.cancel(event.id, "cancelled_by_caller")).toEqual({ kind: "refused", because });
    expect(await world.ledger.find(event.id)).toEqual(event);
  });
});

describe("resolving", () => {
  const unknown = (changes: Partial<LedgerEvent> = {}) =>
    stored({ status: "outcome_unknown", reason: "no_clear_answer", ...changes });

  test("as delivered or abandoned ends the event", async () => {
    const [arrived, given] = [await unknown(), await unknown()];
    expect(await world.decisions.resolve(arrived.id, "delivered")).toEqual({ kind: "resolved" });
    expect(await world.decisions.resolve(given.id, "abandon")).toEqual({ kind: "resolved" });
    expect(await world.ledger.find(arrived.id)).toMatchObject({ status: "delivered", reason: null });
    expect(await world.ledger.find(given.id)).toMatchObject({ status: "cancelled", reason: "abandoned_unknown" });
  });

  test("by sending again begins a new life, because a person wants it", async () => {
    const event = await unknown();
    expect(await world.decisions.resolve(event.id, "resend")).toEqual({ kind: "requeued", generation: 1 });
    expect(await world.ledger.find(event.id)).toMatchObject({ status: "queued", nextTrigger: "manual" });
    expect(await placeOf(event, 1)).toBe("underway");
  });

  test("happens once, however many people decide", async () => {
    const event = await unknown();
    const decisions = ["delivered", "resend", "abandon", "delivered", "resend"] as const;
    const answers = await Promise.all(decisions.map((as) => world.decisions.resolve(event.id, as)));
    expect(answers.filter(({ kind }) => kind !== "refused")).toHaveLength(1);
  });

  test("is refused where nothing is unknown, and a resend past the window", async () => {
    const [known, late] = [await stored({ status: "failed" }), await unknown({ expiresAt: new Date(0) })];
    expect(await world.decisions.resolve(known.id, "resend")).toEqual({
      kind: "refused",
      because: "outcome_is_known",
    });
    expect(await world.decisions.resolve(late.id, "resend")).toEqual({ kind: "refused", because: "window_passed" });
    expect(await world.decisions.resolve("enobody", "resend")).toEqual({ kind: "not_found" });
  });
});
