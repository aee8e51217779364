import { StorageUnavailable } from "@capi-relay/storage";
import type { FastifyInstance } from "fastify";
import { describe, expect, test, vi } from "vitest";
import {
  aDashboard,
  aDashboardWithLedger,
  anEvent,
  HOST,
  NOTHING_TO_READ,
  OURS,
  sessionOf,
  workOff,
} from "./a-dashboard.ts";

const API = "/queues/api/queues";
const REJECTED = { kind: "failed", status: "rejected", reason: "meta_invalid_event_type" } as const;
const DELIVERED = { kind: "completed", status: "delivered", reason: null } as const;
const SKIPPED = { kind: "completed", status: "skipped", reason: "no_ctwa_clid" } as const;

async function actAs(app: FastifyInstance, name: string) {
  const cookie = await sessionOf(app, name);
  return (method: "PUT" | "POST" | "PATCH" | "DELETE", url: string, payload?: object) =>
    app.inject({
      method,
      url,
      headers: { cookie, host: HOST, ...OURS },
      ...(payload === undefined ? {} : { payload }),
    });
}

async function listed(app: FastifyInstance, name: string, status: string) {
  const cookie = await sessionOf(app, name);
  const reply = await app.inject({
    url: `${API}?activeQueue=conversions&status=${status}&page=1&jobsPerPage=10`,
    headers: { cookie },
  });
  return reply.json().queues[0];
}

describe("the board", () => {
  test("shows jobs by event name, with the ending in words and nothing but ids", async () => {
    const { app, ended } = await aDashboardWithLedger();
    const event = await ended(REJECTED, { eventName: "LeadSubmitted" });
    const skipped = await ended(SKIPPED);
    const { jobs, readOnlyMode } = await listed(app, "ana", "failed");
    expect(readOnlyMode).toBe(false);
    expect(jobs).toMatchObject([{ name: "LeadSubmitted", data: { id: event.id, generation: 0 }, stacktrace: [] }]);
    expect(jobs[0].failedReason).toBe(
      "rejected: meta_invalid_event_type. Meta does not take this event name for WhatsApp on this dataset (2804066). Send one of the accepted names; for leads that is LeadSubmitted, not Lead.",
    );
    const completed = await listed(app, "ana", "completed");
    expect(completed.jobs[0]).toMatchObject({
      data: { id: skipped.id },
      returnValue: {
        status: "skipped",
        reason: "no_ctwa_clid",
        explanation: expect.stringContaining("No ad click of this customer"),
      },
    });
  });

  test("offers a viewer no buttons", async () => {
    const { app } = await aDashboard();
    expect((await listed(app, "vic", "failed")).readOnlyMode).toBe(true);
  });

  test("offers an operator buttons only where one of them works", async () => {
    const { app } = await aDashboard();
    const shown = async (status: string) => !(await listed(app, "ana", status)).readOnlyMode;
    expect(await Promise.all(["failed", "completed", "latest"].map(shown))).toEqual([true, true, true]);
    expect(await Promise.all(["waiting", "active", "delayed"].map(shown))).toEqual([false, false, false]);
  });

  test("asks no other host for anything", async () => {
    const { app } = await aDashboard();
    const cookie = await sessionOf(app, "ana");
    const { body } = await app.inject({ url: "/queues", headers: { cookie } });
    expect(body).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
    const style = /href="(\/queues\/board-[^"]+)"/.exec(body)?.[1] ?? "";
    const sheet = await app.inject({ url: style, headers: { cookie } });
    expect(sheet.headers["content-type"]).toBe("text/css; charset=utf-8");
  });

  test("does not tell of Redis itself, and has our words where its own would mislead", async () => {
    const { app } = await aDashboard();
    const cookie = await sessionOf(app, "ana");
    expect((await app.inject({ url: "/queues/api/redis/stats", headers: { cookie } })).statusCode).toBe(404);
    for (const locale of ["en-US", "pt-BR"]) {
      const url = `/queues/static/locales/${locale}/messages.json`;
      const words = (await app.inject({ url, headers: { cookie } })).json();
      expect(words.QUEUE.ACTIONS.TOAST.RETRY_SKIPPED).toContain("stay as they are");
      expect(words.QUEUE.ACTIONS.TOAST.RETRY_PENDING).toBeTruthy();
    }
    const climbing = await app.inject({
      url: "/queues/static/locales/..%2F..%2Fpackage/messages.json",
      headers: { cookie },
    });
    expect(climbing.statusCode).toBe(404);
  });
});

describe("every lane", () => {
  test.each([
    ["slow", "conversions-slow"],
    ["alone", "conversions-alone"],
  ] as const)("is shown: %s", async (lane, queueName) => {
    const { app, ended, ledger } = await aDashboardWithLedger();
    const event = await ended(REJECTED, {}, lane);
    const cookie = await sessionOf(app, "ana");
    const url = `${API}?activeQueue=${queueName}&status=failed&page=1&jobsPerPage=10`;
    const { queues } = (await app.inject({ url, headers: { cookie } })).json();
    const shown = queues.find((queue: { name: string }) => queue.name === queueName);
    expect(shown.jobs).toMatchObject([{ data: { id: event.id } }]);
    expect((await app.inject({ url: "/", headers: { cookie } })).body).toContain(
      `/queues/queue/${queueName}?status=failed`,
    );

    const act = await actAs(app, "ana");
    expect((await act("PUT", `${API}/${queueName}/${event.id}_0/retry`)).statusCode).toBe(204);
    expect(await ledger.find(event.id)).toMatchObject({ status: "queued", generation: 1 });
  });

  test("for exceptions stays off the start page as long as it is empty", async () => {
    const { app } = await aDashboard();
    const cookie = await sessionOf(app, "ana");
    const { body } = await app.inject({ url: "/", headers: { cookie } });
    expect(body).toContain("/queues/queue/conversions?status=failed");
    expect(body).not.toMatch(/conversions-(?:slow|alone)/);
  });
});

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

describe("what would lose or invent events", () => {
  test.each([
    ["PUT", "/queues/api/queues/pause"],
    ["PUT", "/queues/api/queues/resume"],
    ["POST", "/queues/api/queues/conversions/add"],
    ["PUT", "/queues/api/queues/conversions/promote"],
    ["PUT", "/queues/api/queues/conversions/clean/failed"],
    ["PUT", "/queues/api/queues/conversions/pause"],
    ["PUT", "/queues/api/queues/conversions/concurrency"],
    ["PUT", "/queues/api/queues/conversions/rate-limit"],
    ["PUT", "/queues/api/queues/conversions/empty"],
    ["PUT", "/queues/api/queues/conversions/obliterate"],
    ["PUT", "/queues/api/queues/conversions/JOB/clean"],
    ["PUT", "/queues/api/queues/conversions/JOB/promote"],
    ["PATCH", "/queues/api/queues/conversions/JOB/update-data"],
    ["PATCH", "/queues/api/queues/conversions/JOB/delay"],
    ["DELETE", "/queues/api/queues/conversions/JOB"],
  ] as const)("is denied to operators too, and audited: %s %s", async (method, path) => {
    const { app, queue, logged } = await aDashboard();
    const event = anEvent({});
    await queue.add(event);
    const url = path.replace("JOB", `${event.id}_0`);
    const act = await actAs(app, "ana");
    const reply = await act(method, url, { force: true, jobData: {}, concurrency: 1, max: 1, duration: 1 });
    expect(reply.statusCode).toBe(403);
    expect(reply.json().message).toContain("switched off here for everybody");
    expect(await queue.bullQueues.fast.getJobCounts()).toMatchObject({ waiting: 1 });
    expect(await queue.bullQueues.fast.isPaused()).toBe(false);
    expect(logged("dashboard.action")).toMatchObject([{ user: "ana", action: `${method} ${url}`, outcome: "denied" }]);
  });

  test("stays denied in whatever Bull Board may offer later", async () => {
    const { app } = await aDashboard();
    const changing = app
      .printRoutes({ commonPrefix: false })
      .replace(/^.*── queues/s, "")
      .split("\n")
      .filter((line) => /POST|PUT|PATCH|DELETE/.test(line));
    const act = await actAs(app, "ana");
    expect(changing.join("\n")).not.toMatch(/obliterate|clean|empty|promote|pause|add/);
    expect((await act("POST", "/queues/api/anything-new")).statusCode).toBe(403);
  });
});
