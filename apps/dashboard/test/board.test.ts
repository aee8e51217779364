import type { FastifyInstance } from "fastify";
import { describe, expect, test } from "vitest";
import { API, actAs, REJECTED, SKIPPED } from "./a-board.ts";
import { aDashboard, aDashboardWithLedger, anEvent, sessionOf } from "./a-dashboard.ts";

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
