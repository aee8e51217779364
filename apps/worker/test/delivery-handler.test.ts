import type { DeliveryOutcome } from "@capi-relay/domain";
import type { JobEnding } from "@capi-relay/queue";
import { type LedgerEvent, StorageUnavailable } from "@capi-relay/storage";
import { aLedgerEvent, anAccount } from "@capi-relay/storage/builders";
import { describe, expect, test, vi } from "vitest";
import { createDeliveryHandler } from "../src/delivery-handler.ts";
import type { Fate, Refusal } from "../src/fate.ts";

const NOW = new Date();
const DUE = new Date(NOW.getTime() + 5_000);

function handlerOf(send: () => Promise<Fate>, event: LedgerEvent | null = aLedgerEvent()) {
  const onTrouble = vi.fn();
  const addJob = vi.fn(async () => {});
  const settle = vi.fn(async () => {});
  const onEnded = vi.fn();
  const handle = createDeliveryHandler({
    ledger: { find: async () => event, settle },
    accounts: { find: async () => anAccount({ wabaId: "77" }) },
    clicks: {
      choose: async ({ contact }) =>
        contact.ctwaClid === null
          ? { kind: "none" }
          : {
              kind: "chosen",
              click: {
                ctwaClid: contact.ctwaClid,
                conversationId: null,
                adId: null,
                clickedAt: null,
                matchedBy: "request",
              },
            },
    },
    destinations: { canOpenToken: () => true, pause: async () => {} },
    departures: { refusalOf: (): Refusal | null => null, send },
    dispatcher: { addJob },
    resting: { wake: async () => {} },
    onEnded,
    onTrouble,
    now: () => NOW,
    jitter: () => 0.5,
    afterProbing: () => DUE,
  });
  return {
    handle: () => handle({ id: event?.id ?? "gone", generation: 0 }, "fast"),
    onTrouble,
    onEnded,
    settle,
    addJob,
  };
}

const withClick = () => aLedgerEvent({ contact: { ...aLedgerEvent().contact, ctwaClid: "x" } });

describe("a job", () => {
  test.each<[DeliveryOutcome, JobEnding]>([
    [
      { status: "delivered", reason: null },
      { kind: "completed", status: "delivered", reason: null },
    ],
    [
      { status: "retry_scheduled", reason: "meta_unavailable", dueAt: DUE },
      { kind: "later", dueAt: DUE },
    ],
    [
      { status: "rejected", reason: "meta_invalid_event_type" },
      { kind: "failed", status: "rejected", reason: "meta_invalid_event_type" },
    ],
    [
      { status: "failed", reason: "retries_exhausted" },
      { kind: "failed", status: "failed", reason: "retries_exhausted" },
    ],
    [
      { status: "outcome_unknown", reason: "no_clear_answer" },
      { kind: "failed", status: "outcome_unknown", reason: "no_clear_answer" },
    ],
    [
      { status: "held", reason: "meta_token_invalid" },
      { kind: "completed", status: "held", reason: "meta_token_invalid" },
    ],
    [
      { status: "expired", reason: "event_time_window_passed" },
      { kind: "completed", status: "expired", reason: "event_time_window_passed" },
    ],
  ])("whose event is %j ends as it should show in the queue", async (outcome, ending) => {
    const { handle } = handlerOf(async () => ({ kind: "ended", outcome }), withClick());
    expect(await handle()).toEqual(ending);
  });

  test("tells whoever counts of which event it was and what it ended as", async () => {
    const event = withClick();
    const outcome: DeliveryOutcome = { status: "held", reason: "encryption_key_missing" };
    const { handle, onEnded } = handlerOf(async () => ({ kind: "ended", outcome }), event);
    await handle();
    expect(onEnded).toHaveBeenCalledExactlyOnceWith(outcome, event.id);
  });

  test("that came too late for its event is superseded", async () => {
    const { handle } = handlerOf(async () => ({ kind: "stale" }), null);
    expect(await handle()).toEqual({ kind: "completed", status: "superseded", reason: null });
  });

  test("that is in others' way goes on in the slow lane, and only then from here", async () => {
    const event = withClick();
    const { handle, addJob } = handlerOf(async () => ({ kind: "crowded" }), event);
    expect(await handle()).toEqual({ kind: "completed", status: "moved", reason: null });
    expect(addJob).toHaveBeenCalledExactlyOnceWith(event, "slow");
    addJob.mockRejectedValueOnce(new Error("away"));
    expect(await handle()).toMatchObject({ kind: "later" });
  });

  test("that is dismissed by a stopping worker is there again at once", async () => {
    const { handle } = handlerOf(async () => ({ kind: "dismissed" }), withClick());
    expect(await handle()).toEqual({ kind: "later", dueAt: NOW });
  });

  test("that meets an outage of ours comes back in some seconds, and the outage is told", async () => {
    const outage = new StorageUnavailable(new Error("away"));
    const { handle, onTrouble } = handlerOf(async () => Promise.reject(outage), withClick());
    expect(await handle()).toEqual({ kind: "later", dueAt: new Date(NOW.getTime() + 7_500) });
    expect(onTrouble).toHaveBeenCalledExactlyOnceWith(outage);
  });

  test("whose event goes to wait leaves the names under which a click will call it", async () => {
    const event = aLedgerEvent({ contact: { ...aLedgerEvent().contact, bsuidKey: "ana" } });
    const { handle, settle } = handlerOf(async () => ({ kind: "stale" }), event);
    await handle();
    expect(settle).toHaveBeenCalledWith(event, expect.anything(), ["77:bsuid:ana"]);
  });
});
