import { type LedgerEvent, resolvedBy } from "@capi-relay/storage";
import { describe, expect, test } from "vitest";
import { aConsole, anAttempt, HOUR_MS, textOf } from "./a-console.ts";

type World = Awaited<ReturnType<typeof aConsole>>;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);

const sent = (startedAt: Date) => anAttempt({ startedAt, outcome: "outcome_unknown", mayHaveArrived: true });

const doubtful = (console: World, changes: Partial<LedgerEvent> = {}) =>
  console.stored({
    status: "outcome_unknown",
    reason: "worker_interrupted",
    attempts: [sent(ago(1))],
    ...changes,
  });

/** The fields that a page hands on without showing them. */
const hiddenIn = (body: string): Record<string, string> =>
  Object.fromEntries(
    [...body.matchAll(/<input type="hidden" name="([a-z_]+)" value="([^"]+)"/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );

const asked = (fields: Record<string, string>) => `/bulk-decision/confirm?${new URLSearchParams(fields)}`;

describe("a bulk decision", () => {
  test("shows first how many are in doubt, of which accounts, and when they were sent, each one step from just these", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account({ name: "Casa Aurora" });
    const { id: other } = await console.account({ name: "Loja Boreal" });
    const crash = new Date("2026-11-20T03:12:04.567Z");
    for (let one = 0; one < 3; one += 1) await doubtful(console, { accountId, attempts: [sent(crash)] });
    await doubtful(console, { accountId: other, expiresAt: ago(1) });
    await doubtful(console, { accountId: other, sample: true });
    const { body } = await (await console.as("vic")).open("/bulk-decision/plan");
    const text = textOf(body);
    expect(text).toContain("Events 5 Worth all together R$50 Too old for Meta to be sent again 1");
    expect(text).toContain("Invented samples, never sent again 1");
    expect(text).toContain("Casa Aurora 3 R$30 2026-11-20 03:12:04 UTC 2026-11-20 03:12:04 UTC");
    expect(text).toContain("2026-11-20 03:12:04 UTC Casa Aurora 3 1");
    expect(text).toContain("What left in one request mostly arrived together, or not at all.");
    const narrower = `/bulk-decision/plan?account=${accountId}&amp;sent=2026-11-20T03%3A12%3A04.567Z`;
    expect(body).toContain(`href="${narrower}"`);
    const one = textOf((await (await console.as("ana")).open(narrower.replaceAll("&amp;", "&"))).body);
    expect(one).toContain("Events 3 Worth");
    expect(one).toContain("Only what was sent at 2026-11-20 03:12:04 UTC");
    expect(one).not.toContain("Loja Boreal 2");
  });

  test.each([
    ["delivered", "Say that they arrived? 2 events in doubt", "They end as delivered, and nothing is sent."],
    ["resend", "Send them again? 2 events in doubt", "If they had arrived after all, Meta counts them twice."],
    [
      "abandon",
      "Give them up? 2 events in doubt",
      "They end as cancelled. If they did not arrive, the ads get no credit for them.",
    ],
  ] as const)("%s is asked about before anything happens, and says what it means", async (as, title, means) => {
    const console = await aConsole();
    const events = [await doubtful(console), await doubtful(console)];
    const browser = await console.as("ana");
    const plan = await browser.open("/bulk-decision/plan");
    expect(plan.body).toContain(`name="as" value="${as}"`);
    const text = textOf((await browser.open(asked({ ...hiddenIn(plan.body), as }))).body);
    expect(text).toContain(title);
    expect(text).toContain(means);
    expect(await console.bulkDecisions.list(10)).toEqual([]);
    for (const { id } of events) expect((await console.ledger.find(id))?.status).toBe("outcome_unknown");
  });

  test("to send again says which of them Meta takes no more", async () => {
    const console = await aConsole();
    await doubtful(console);
    await doubtful(console, { expiresAt: ago(1) });
    await doubtful(console, { sample: true });
    const browser = await console.as("ana");
    const before = new Date().toISOString();
    const text = textOf((await browser.open(asked({ as: "resend", before }))).body);
    expect(text).toContain("1 of them are too old for Meta, and stay in doubt.");
    expect(text).toContain("1 of them are invented samples, and stay in doubt.");
    const others = textOf((await browser.open(asked({ as: "abandon", before }))).body);
    expect(others).toContain("This cannot be taken back.");
    expect(others).not.toContain("stay in doubt");
  });

  test("is about exactly the events that were seen, is written down with count, filter and decision, watched and stopped", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account({ name: "Casa Aurora" });
    await doubtful(console, { accountId });
    const browser = await console.as("ana");
    const day = new Date().toISOString().slice(0, 10);
    const filter = {
      account: accountId,
      reason: "worker_interrupted",
      name: "Purchase",
      from: ago(30).toISOString().slice(0, 10),
      to: day,
    };
    const plan = await browser.open(`/bulk-decision/plan?${new URLSearchParams({ ...filter, tests: "out" })}`);
    const seen = hiddenIn(plan.body);
    expect(seen).toEqual({ ...filter, tests: "out", before: expect.any(String) });
    // It came into doubt after the look, as after another crash.
    await doubtful(console, { accountId, attempts: [sent(new Date())] });
    const confirm = await browser.open(asked({ ...seen, as: "delivered", pace: "10" }));
    expect(textOf(confirm.body)).toContain("1 event in doubt named Purchase of Casa Aurora for worker interrupted");
    const reply = await browser.post("/bulk-decision", hiddenIn(confirm.body));
    const [decision] = await console.bulkDecisions.list(10);
    expect(reply.headers.location).toBe(`/bulk-decision/${decision?.id}`);
    expect(decision).toMatchObject({
      startedBy: "ana",
      as: "delivered",
      planned: 1,
      perSecond: 10,
      state: "running",
      doubtedBefore: new Date(seen["before"] ?? ""),
      filter: { accountId, reason: "worker_interrupted", eventName: "Purchase", sentAt: null, withoutTests: true },
    });
    const progress = await browser.open(`/bulk-decision/${decision?.id}`);
    expect(textOf(progress.body)).toContain("They arrived. Decided 0 of 1 Not looked at yet, or moved on 1");
    expect(progress.body).toContain('hx-trigger="every 3s"');
    await browser.post(`/bulk-decision/${decision?.id}/stop`);
    expect(await console.bulkDecisions.find(String(decision?.id))).toMatchObject({ state: "stopping" });
    const [stopped, started] = await console.audit.of(String(decision?.id), 10);
    expect(stopped).toMatchObject({ who: "ana", action: "bulk_decision_stopped" });
    expect(started).toMatchObject({ who: "ana", action: "bulk_decision_started" });
    expect(started?.detail).toMatch(
      /^delivered: 1 events in doubt named Purchase of Casa Aurora for worker interrupted accepted since .* without tests$/,
    );
    expect(textOf((await browser.open("/bulk-decision")).body)).toContain("ana They arrived. Stopping 0 1");
    expect((await browser.open("/audit")).body).toContain(`href="/bulk-decision/${decision?.id}"`);
  });

  test("that is done says how many were decided, how many had moved on, why some were left, and what became of them", async () => {
    const console = await aConsole();
    const decision = await console.bulkDecisions.start(aDecision({ as: "resend", planned: 10 }), new Date());
    const events = [await console.stored({ status: "delivered" }), await console.stored({ status: "queued" })];
    const detail = resolvedBy("resend", decision.id);
    await console.audit.appendAll(
      events.map(({ id: subject }) => ({ at: new Date(), who: "ana", action: "event_resolved", subject, detail })),
    );
    const position = { acceptedAt: new Date(), id: "e" };
    const refused = { window_passed: 3, outcome_is_known: 1 };
    await console.bulkDecisions.advance(decision, { position, decided: 2, refused });
    await console.bulkDecisions.finish(decision.id, "finished", new Date());
    const { body } = await (await console.as("vic")).open(`/bulk-decision/${decision.id}`);
    expect(textOf(body)).toContain("Decided 2 of 10 Had moved on meanwhile 4 Left as they are 4");
    expect(textOf(body)).toContain("3: Meta's limit of 7 days after the event time has passed");
    expect(textOf(body)).toContain("Delivered 1 Refused again 0 Still on the way 1");
    // Though the decision is carried out: one is still in the queue.
    expect(body).toContain('hx-trigger="every 3s"');
    const audit = await (await console.as("vic")).open("/audit");
    expect(audit.body).toContain(`resend, <a href="/bulk-decision/${decision.id}">bulk decision</a>`);
  });

  test("that was stopped leads to what is still in doubt", async () => {
    const console = await aConsole();
    const decision = await console.bulkDecisions.start(aDecision({}), new Date());
    await console.bulkDecisions.finish(decision.id, "stopped", new Date());
    const { body } = await (await console.as("ana")).open(`/bulk-decision/${decision.id}`);
    expect(body).toContain('href="/bulk-decision/plan?tests=out"');
  });

  test("is neither made nor stopped by a viewer, nor from another site, and a viewer still sees what is in doubt", async () => {
    const console = await aConsole();
    await doubtful(console);
    const decision = await console.bulkDecisions.start(aDecision({}), new Date());
    const viewer = await console.as("vic");
    const fields = { as: "delivered", before: new Date().toISOString() };
    expect(textOf((await viewer.open("/bulk-decision/plan")).body)).toContain("An operator can decide this");
    expect((await viewer.open(asked(fields))).statusCode).toBe(403);
    expect((await viewer.post("/bulk-decision", fields)).statusCode).toBe(403);
    expect((await viewer.post(`/bulk-decision/${decision.id}/stop`)).statusCode).toBe(403);
    const elsewhere = { "sec-fetch-site": "cross-site" };
    expect((await (await console.as("ana")).post("/bulk-decision", fields, elsewhere)).statusCode).toBe(403);
    expect(await console.bulkDecisions.list(10)).toMatchObject([{ id: decision.id, state: "running" }]);
  });

  test("is not made of nothing, of what nobody has seen, without choosing, or when a field was not understood", async () => {
    const console = await aConsole();
    const browser = await console.as("ana");
    const before = new Date().toISOString();
    const told = async (fields: Record<string, string>) => {
      const reply = await browser.post("/bulk-decision", fields);
      expect(reply.statusCode).toBe(422);
      return textOf(reply.body);
    };
    expect(await told({ as: "delivered", before })).toContain("no event that fits is in doubt any more");
    await doubtful(console, { expiresAt: ago(1) });
    expect(await told({ as: "resend", before })).toContain("no event fits that Meta still takes");
    expect(await told({ before })).toContain("Choose one of the three.");
    expect(await told({ as: "delivered" })).toContain("the filter could not be read");
    expect(await told({ as: "delivered", before, from: "yesterday" })).toContain("the filter could not be read");
    expect(await told({ as: "delivered", before, sent: "then" })).toContain("the filter could not be read");
    expect(await console.bulkDecisions.list(10)).toEqual([]);
  });
});

function aDecision(changes: Partial<Parameters<World["bulkDecisions"]["start"]>[0]>) {
  const filter = { accountId: null, reason: null, eventName: null, acceptedFrom: null, acceptedTo: null, sentAt: null };
  return {
    filter: { ...filter, withoutTests: true },
    as: "delivered" as const,
    doubtedBefore: new Date(),
    planned: 1,
    perSecond: 50,
    startedBy: "ana",
    ...changes,
  };
}

describe("whoever is told of doubts is led to the bulk decision", () => {
  test("from the overview, about just the events that it counts", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    await doubtful(console, { accountId });
    await doubtful(console, { accountId, testCode: "TEST1" });
    await console.count();
    const browser = await console.as("ana");
    const { body } = await browser.open(`/?account=${accountId}`);
    expect(textOf(body)).toContain("1 event worth R$10");
    const paths = [...body.matchAll(/href="(\/bulk-decision\/plan[^"]*)">/g)].map(([, path = ""]) =>
      path.replaceAll("&amp;", "&"),
    );
    expect(paths).toEqual([
      `/bulk-decision/plan?account=${accountId}&tests=out`,
      `/bulk-decision/plan?account=${accountId}&reason=worker_interrupted&tests=out`,
    ]);
    for (const path of paths) expect(textOf((await browser.open(path)).body)).toContain("in doubt Events 1 Worth");
  });

  test("from an event, about all that were sent with it", async () => {
    const console = await aConsole();
    const startedAt = ago(2);
    const event = await doubtful(console, { attempts: [sent(startedAt)] });
    await doubtful(console, { attempts: [sent(startedAt)] });
    await doubtful(console);
    const browser = await console.as("ana");
    const { body } = await browser.open(`/events/${event.id}`);
    const [, path = ""] = /href="(\/bulk-decision\/plan[^"]*)"/.exec(body) ?? [];
    expect(textOf((await browser.open(path.replaceAll("&amp;", "&"))).body)).toContain("in doubt Events 2 Worth");
  });

  test("and an event whose worker died does not say that it was alone in its request, which nobody knows", async () => {
    const console = await aConsole();
    const attempt = { ...sent(ago(2)), batchSize: 1, httpStatus: null, reason: "worker_interrupted" } as const;
    const event = await doubtful(console, { attempts: [attempt] });
    const text = textOf((await (await console.as("ana")).open(`/events/${event.id}`)).body);
    expect(text).toContain("No answer");
    expect(text).not.toContain("alone in its request");
  });

  test("from their list, with its filter", async () => {
    const console = await aConsole();
    const browser = await console.as("vic");
    const { body } = await browser.open("/events?status=outcome_unknown&name=Purchase");
    expect(body).toContain('href="/bulk-decision/plan?name=Purchase"');
    expect((await browser.open("/events?status=delivered")).body).not.toContain("/bulk-decision");
  });
});
