import type { DeliveryOutcome } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  EventEraser,
  EventLedger,
  EventLives,
  type LedgerEvent,
  type MongoConnection,
  SweepStore,
} from "../src/index.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

const DUE = new Date(Date.now() + 60_000);
const IN_DOUBT: DeliveryOutcome = { status: "outcome_unknown", reason: "worker_interrupted" };
const UNAVAILABLE: DeliveryOutcome = { status: "retry_scheduled", reason: "meta_unavailable", dueAt: DUE };

let mongo: MongoConnection;
let ledger: EventLedger;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  ledger = new EventLedger(mongo, vault);
});

afterAll(() => drop());

async function takenAway(by: DeliveryOutcome, token = "silent"): Promise<LedgerEvent> {
  const event = aLedgerEvent();
  await ledger.accept(event);
  await ledger.claim([event], token, -1, new Date());
  const sweeps = new SweepStore(mongo, vault);
  const lapsed = (await sweeps.lapsed(1_000)).find(({ id }) => id === event.id);
  if (lapsed === undefined) throw new Error("not lapsed");
  await sweeps.takeOver(lapsed, anAttempt({ reason: by.reason, mayHaveArrived: true }), by);
  return { ...event, generation: event.generation + 1, status: by.status };
}

const refusedWith = (outcome: DeliveryOutcome) => ({
  outcome,
  attempt: anAttempt({ outcome: outcome.status, reason: outcome.reason, traceId: "late" }),
  click: null,
});

describe("a late refusal that is not for good", () => {
  test.each<[DeliveryOutcome, Partial<LedgerEvent>]>([
    [UNAVAILABLE, { dueAt: DUE, endedAt: null }],
    [{ status: "held", reason: "meta_token_invalid" }, { endedAt: null }],
    [{ status: "failed", reason: "meta_unknown_error" }, { endedAt: expect.any(Date) }],
  ])("takes an event out of its doubt, and it goes on as if it had come in time: $status", async (outcome, fields) => {
    const event = await takenAway(IN_DOUBT);
    await ledger.record(event.id, "silent", refusedWith(outcome));
    expect(await ledger.find(event.id)).toMatchObject({
      ...{ status: outcome.status, reason: outcome.reason, ...fields },
      ...{ starts: 0, nextTrigger: "scheduled", generation: event.generation + 1 },
      attempts: [{ reason: "worker_interrupted", mayHaveArrived: false }, { traceId: "late" }],
    });
  });

  test("ends the doubt about an event that has its next try already, and leaves that as it is", async () => {
    const again = { status: "retry_scheduled", reason: "worker_interrupted", dueAt: new Date() } as const;
    const event = await takenAway(again);
    await Promise.all([1, 2].map(() => ledger.record(event.id, "silent", refusedWith(UNAVAILABLE))));
    expect(await ledger.find(event.id)).toMatchObject({
      ...{ ...again, generation: event.generation },
      attempts: [{ mayHaveArrived: false }, { traceId: "late" }],
    });
  });

  test("sends nothing again of a contact that was forgotten meanwhile", async () => {
    const event = await takenAway(IN_DOUBT);
    await new EventEraser(mongo).eraseRested([event.id], new Date());
    await ledger.record(event.id, "silent", refusedWith(UNAVAILABLE));
    expect(await ledger.find(event.id)).toMatchObject({
      status: "outcome_unknown",
      attempts: [{ mayHaveArrived: false }, { traceId: "late" }],
    });
  });

  test("tells nothing of a request that left since", async () => {
    const event = await takenAway({ status: "retry_scheduled", reason: "worker_interrupted", dueAt: new Date() });
    await ledger.claim([event], "next", 60_000, new Date());
    const attempt = anAttempt({ reason: "no_clear_answer", mayHaveArrived: true });
    await ledger.record(event.id, "next", { outcome: IN_DOUBT, attempt, click: null });
    await ledger.record(event.id, "silent", refusedWith(UNAVAILABLE));
    expect(await ledger.find(event.id)).toMatchObject({
      status: "outcome_unknown",
      attempts: [{ mayHaveArrived: true }, { mayHaveArrived: true }, { traceId: "late" }],
    });
  });

  test.each([UNAVAILABLE, { status: "rejected", reason: "meta_click_unknown" } as const])(
    "tells nothing of a request of another worker, from which the event was taken later: $status",
    async (outcome) => {
      const event = await takenAway(IN_DOUBT, "another");
      await ledger.record(event.id, "silent", refusedWith(outcome));
      expect(await ledger.find(event.id)).toMatchObject({
        status: "outcome_unknown",
        attempts: [{ mayHaveArrived: true }, { traceId: "late" }],
      });
    },
  );

  test("moves nothing that a person wants sent again", async () => {
    const event = await takenAway(IN_DOUBT);
    await new EventLives(mongo, vault).requeue(event, ["outcome_unknown"], new Date(), "manual");
    await ledger.record(event.id, "silent", refusedWith(UNAVAILABLE));
    expect(await ledger.find(event.id)).toMatchObject({ status: "queued", attempts: [{}, { traceId: "late" }] });
  });
});
