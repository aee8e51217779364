import { StorageUnavailable } from "@capi-relay/storage";
import { describe, expect, test, vi } from "vitest";
import { API, actAs, REJECTED, SKIPPED } from "./a-board.ts";
import { aDashboard, aDashboardWithLedger, anEvent, NOTHING_TO_READ, workOff } from "./a-dashboard.ts";

const DELIVERED = { kind: "completed", status: "delivered", reason: null } as const;

describe("a retry", () => {
  test("begins a new life in the ledger, with a new job in the place of the old one", async () => {
    const { app, queue, ledger, ended, logged } = await aDashboardWithLedger();
    const event = await ended(REJECTED);
    const act = await actAs(app, "ana");
    const reply = await act("PUT", `${API}/conversions/${event.id}_0/retry`);
    expect(reply.statusCode).toBe(204);
    expect(await ledger.find(event.id)).toMatchObject({ status: "queued", generation: 1, nextTrigger: "manual" });
    expect(await queue.placeOf({ id: event.id, generation: 1 })).toBe("underway");
    expect(await queue.placeOf({ id: event.id, generation: 0 })).toBe("missing");
    expect(logged("dashboard.action")).toMatchObject([
      { user: "ana", role: "operator", action: "retry", jobId: `${event.id}_0`, eventId: event.id, outcome: "done" },
    ]);
  });

  test("of a job from an older life clears that job away too", async () => {
    const { app, queue, ended } = await aDashboardWithLedger();
    const event = await ended(REJECTED, { generation: 3 });
    await queue.bullQueues.fast.add("Purchase", { id: event.id, generation: 1 }, { jobId: `${event.id}_1` });
    const act = await actAs(app, "ana");
    expect((await act("PUT", `${API}/conversions/${event.id}_1/retry`)).statusCode).toBe(204);
    expect(await queue.placeOf({ id: event.id, generation: 1 })).toBe("missing");
    expect(await queue.placeOf({ id: event.id, generation: 4 })).toBe("underway");
  });

  test("of a skipped event is possible", async () => {
    const { app, ledger, ended } = await aDashboardWithLedger();
    const event = await ended(SKIPPED);
    const act = await actAs(app, "ana");
    expect((await act("PUT", `${API}/conversions/${event.id}_0/retry`)).statusCode).toBe(204);
    expect(await ledger.find(event.id)).toMatchObject({ status: "queued", generation: 1 });
  });

  test.each([
    [DELIVERED, {}, "Meta has counted this event already"],
    [{ kind: "failed", status: "outcome_unknown", reason: "no_clear_answer" }, {}, "may have arrived at Meta"],
    [REJECTED, { expiresAt: new Date(0) }, "Meta's limit of 7 days"],
    [{ kind: "completed", status: "cancelled", reason: "cancelled_by_caller" }, {}, "was cancelled"],
  ] as const)("of what must not be sent again is refused with the reason: %j %j", async (ending, changes, sentence) => {
    const { app, ledger, queue, ended, logged } = await aDashboardWithLedger();
    const event = await ended(ending, changes);
    const act = await actAs(app, "ana");
    const reply = await act("PUT", `${API}/conversions/${event.id}_0/retry`);
    expect(reply.statusCode).toBe(409);
    expect(reply.json().message).toContain(sentence);
    expect(await ledger.find(event.id)).toMatchObject({ status: ending.status, generation: 0 });
    expect(await queue.placeOf({ id: event.id, generation: 0 })).toBe("finished");
    expect(logged("dashboard.action")).toMatchObject([{ action: "retry", outcome: "refused" }]);
  });

  test("of all failed ones sends those the ledger allows, once, and comes to an end", async () => {
    const { app, queue, ledger, ended, logged } = await aDashboardWithLedger();
    const lost = await Promise.all(Array.from({ length: 30 }, () => ended(REJECTED)));
    const unknown = await ended({ kind: "failed", status: "outcome_unknown", reason: "no_clear_answer" });
    const act = await actAs(app, "ana");
    const reply = await act("PUT", `${API}/conversions/retry/failed`);
    expect(reply.json()).toEqual({ retried: 30, skipped: 1 });
    for (const { id } of lost) expect(await ledger.find(id)).toMatchObject({ status: "queued", generation: 1 });
    expect(await ledger.find(unknown.id)).toMatchObject({ status: "outcome_unknown", generation: 0 });
    expect(await queue.bullQueues.fast.getJobCounts()).toMatchObject({ failed: 1, waiting: 30 });
    expect(logged("dashboard.action")).toMatchObject([
      { action: "retry_all", outcome: "done", retried: 30, refused: 1, left: 0 },
    ]);
  });

  test("of all goes on when one breaks off half-way, and says and writes down what was done", async () => {
    const away = new StorageUnavailable(new Error("gone for a moment"));
    const redrive = vi
      .fn()
      .mockResolvedValueOnce({ kind: "requeued", generation: 1 })
      .mockRejectedValueOnce(away)
      .mockResolvedValueOnce({ kind: "refused", because: "already_delivered" })
      .mockResolvedValue({ kind: "requeued", generation: 1 });
    const appendAll = vi.fn(async () => {});
    const audit = { ...NOTHING_TO_READ.audit, appendAll };
    const world = await aDashboard({ decisions: { ...NOTHING_TO_READ.decisions, redrive }, audit });
    for (let count = 0; count < 5; count += 1) await world.queue.add(anEvent({}));
    await workOff(world.queue, "fast", REJECTED);
    const act = await actAs(world.app, "ana");
    const reply = await act("PUT", `${API}/conversions/retry/failed`);
    expect([reply.statusCode, reply.json()]).toEqual([200, { retried: 3, skipped: 2 }]);
    expect(world.logged("dashboard.action")).toMatchObject([
      { action: "retry_all", outcome: "done", retried: 3, refused: 1, failed: 1, left: 0 },
    ]);
    const entry = { who: "ana", action: "event_retried" };
    expect(appendAll.mock.calls).toMatchObject([[[entry, entry, entry]]]);
    appendAll.mockRejectedValueOnce(away);
    const unaudited = await act("PUT", `${API}/conversions/retry/failed`);
    expect(unaudited.json().message).toContain("were sent again. MongoDB did not answer");
    redrive.mockRejectedValue(away);
    expect((await act("PUT", `${API}/conversions/retry/failed`)).json().error).toBe("MongoDB does not answer");
  });

  test("is answered in our words when the ledger is away, and audited", async () => {
    const redrive = vi.fn().mockRejectedValue(new StorageUnavailable(new Error("mongodb://user:password@host")));
    const { app, queue, lines, logged } = await aDashboard({ decisions: { ...NOTHING_TO_READ.decisions, redrive } });
    const event = anEvent({});
    await queue.add(event);
    const act = await actAs(app, "ana");
    const reply = await act("PUT", `${API}/conversions/${event.id}_0/retry`);
    expect([reply.statusCode, reply.json().error]).toEqual([500, "MongoDB does not answer"]);
    expect(logged("dashboard.action")).toMatchObject([{ outcome: "failed", because: "ledger_away" }]);
    expect(reply.body + lines.join("")).not.toContain("password");
  });

  test("of a job or in a queue that does not exist is not found", async () => {
    const { app } = await aDashboard();
    const act = await actAs(app, "ana");
    for (const url of [`${API}/conversions/gone_0/retry`, `${API}/other/x/retry`, `${API}/other/retry/failed`]) {
      expect((await act("PUT", url)).statusCode).toBe(404);
    }
    expect((await act("PUT", `${API}/conversions/retry/delayed`)).statusCode).toBe(400);
  });

  test("is not for viewers", async () => {
    const { app, ledger, ended, logged } = await aDashboardWithLedger();
    const event = await ended(REJECTED);
    const act = await actAs(app, "vic");
    for (const url of [`${API}/conversions/${event.id}_0/retry`, `${API}/conversions/retry/failed`]) {
      const reply = await act("PUT", url);
      expect(reply.statusCode).toBe(403);
      expect(reply.json().message).toContain("Ask an operator");
    }
    expect(await ledger.find(event.id)).toMatchObject({ status: "rejected", generation: 0 });
    expect(logged("dashboard.action")).toMatchObject([
      { user: "vic", role: "viewer", action: "retry", outcome: "denied" },
      { user: "vic", action: "retry_all", outcome: "denied" },
    ]);
  });
});
