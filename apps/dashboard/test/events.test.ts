import { deliveryKey } from "@capi-relay/domain";
import { describe, expect, test } from "vitest";
import { aConsole, anAttempt, HOUR_MS, PHONE, textOf } from "./a-console.ts";
import { anEvent } from "./a-dashboard.ts";

const FORMULA = "=HYPERLINK(evil)";

describe("the list of events", () => {
  test("is empty in words, and says what to do", async () => {
    const console = await aConsole();
    const { body } = await (await console.as("vic")).open("/events");
    expect(textOf(body)).toContain("No event fits. Show all events, or widen the filter.");
  });

  test("shows events newest first, each with its status, reason, value and account", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account({ name: "Casa Aurora" });
    const older = await console.stored({ accountId, acceptedAt: new Date(Date.now() - HOUR_MS), status: "delivered" });
    const newer = await console.stored({ accountId, status: "rejected", reason: "meta_click_unknown" });
    const { body } = await (await console.as("vic")).open("/events");
    const text = textOf(body);
    expect(text.indexOf(newer.eventId)).toBeLessThan(text.indexOf(older.eventId));
    expect(text).toContain(
      `${newer.eventId} Purchase Rejected Meta does not know this click id for this WABA and dataset. R$10.00 Casa Aurora`,
    );
    expect(body).toContain(`href="/events/${newer.id}"`);
  });

  test("is narrowed by account, status, reason, name and day, and keeps the filter in its fields and links", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const wanted = await console.stored({ accountId, status: "rejected", reason: "meta_click_unknown" });
    await console.stored({ accountId, status: "delivered" });
    await console.stored({ status: "rejected", reason: "meta_click_unknown" });
    const day = wanted.acceptedAt.toISOString().slice(0, 10);
    const query = `account=${accountId}&status=rejected&reason=meta_click_unknown&name=Purchase&from=${day}&to=${day}`;
    const { body } = await (await console.as("vic")).open(`/events?${query}`);
    expect([...body.matchAll(/href="\/events\/(e[^"?]+)"/g)].map(([, id]) => id)).toEqual([wanted.id]);
    expect(body).toContain(`href="/events.csv?${query.replaceAll("&", "&amp;")}"`);
    expect(body).toMatch(/<option selected value="rejected">|<option value="rejected" selected/);
    expect(textOf(body)).toContain(
      `Rejected, meta click unknown, Purchase, accepted since ${day} UTC, accepted until ${day} UTC`,
    );
    const tomorrow = new Date(Date.now() + 24 * HOUR_MS).toISOString().slice(0, 10);
    expect(textOf((await (await console.as("vic")).open(`/events?from=${tomorrow}`)).body)).toContain("No event fits.");
  });

  test("shows several statuses as the choice they are, and takes another one in their place", async () => {
    const console = await aConsole();
    for (const status of ["failed", "skipped", "delivered"] as const) await console.stored({ status });
    const browser = await console.as("vic");
    const { body } = await browser.open("/events?status=failed&status=skipped");
    const fields = /<form method="get" action="\/events">(.*?)<\/form>/s.exec(body)?.[1] ?? "";
    const [, value = "", label] = /<option value="([^"]*)" selected[^>]*>([^<]*)</.exec(fields) ?? [];
    expect(label).toBe("Failed, Skipped");
    expect(fields).not.toContain('type="hidden"');
    expect(fields.match(/name="status"/g)).toHaveLength(1);
    const idsAt = async (url: string) =>
      [...(await browser.open(url)).body.matchAll(/href="\/events\/(e[^"?]+)"/g)].map(([, id]) => id).sort();
    const again = await idsAt(`/events?${new URLSearchParams({ status: value })}`);
    expect(again).toHaveLength(2);
    expect(again).toEqual(await idsAt("/events?status=failed&status=skipped"));
  });

  test("offers a bulk retry only of what one can send again", async () => {
    const console = await aConsole();
    const browser = await console.as("vic");
    const isOffered = async (query: string) =>
      (await browser.open(`/events?${query}`)).body.includes("/bulk-retry/plan");
    for (const query of ["", "status=rejected", "status=failed&status=delivered", "reason=meta_click_unknown"])
      expect(await isOffered(query), query).toBe(true);
    for (const query of ["status=outcome_unknown", "status=delivered&status=queued", "reason=paused_by_operator"])
      expect(await isOffered(query), query).toBe(false);
  });

  test("says of outcomes that are unknown where each of them is decided", async () => {
    const console = await aConsole();
    const browser = await console.as("vic");
    const sentence = "decided on its own page, in bulk, or by POST /v1/whatsapp/conversions/:id/resolve .";
    expect(textOf((await browser.open("/events?status=outcome_unknown")).body)).toContain(sentence);
    expect(textOf((await browser.open("/events")).body)).not.toContain(sentence);
  });

  test("says whose days its filter means, since its times are in the reader's zone", async () => {
    const console = await aConsole();
    const { body } = await (await console.as("vic")).open("/events");
    expect(textOf(body)).toContain("Days begin and end at midnight UTC");
    expect(body).toContain("Accepted from (UTC)");
  });

  test("names each field of a filter it cannot understand, and shows nothing of what stood there", async () => {
    const console = await aConsole();
    const { body, statusCode } = await (await console.as("vic")).open(
      "/events?status=%3Cscript%3E&reason=nonsense&from=yesterday&after=x",
    );
    expect(statusCode).toBe(200);
    for (const field of [
      "status:",
      "reason:",
      "from: write a day such as 2026-11-20, or a time such as 2026-11-20T08:00.",
      "after:",
    ])
      expect(textOf(body)).toContain(field);
    expect(body).not.toContain("<script>x");
    expect(body).not.toContain("nonsense");
  });

  test("goes on page by page without repeating or leaving out any", async () => {
    const console = await aConsole();
    const acceptedAt = new Date(Date.now() - HOUR_MS);
    const stored = new Set<string>();
    for (let index = 0; index < 120; index += 1) stored.add((await console.stored({ acceptedAt })).id);
    const browser = await console.as("vic");
    const seen: string[] = [];
    let url: string | undefined = "/events";
    while (url !== undefined) {
      const { body }: { body: string } = await browser.open(url);
      seen.push(...[...body.matchAll(/href="\/events\/(e[^"?]+)"/g)].map(([, id]) => id ?? ""));
      url = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(seen.length).toBe(120);
    expect(new Set(seen)).toEqual(stored);
  });

  test("marks sample rows, tests and what went to a sandbox", async () => {
    const console = await aConsole();
    await console.stored({ sample: true });
    await console.stored({ testCode: "TEST1" });
    await console.stored({ sandbox: true });
    const { body } = await (await console.as("vic")).open("/events");
    for (const mark of ["sample", "test", "sandbox"]) expect(body).toContain(`<span class="tag">${mark}</span>`);
  });

  test("shows hostile ids and names as text", async () => {
    const console = await aConsole();
    await console.stored({ eventId: '"><img src=x onerror=alert(1)>', eventName: "<b>Purchase</b>" });
    const { body } = await (await console.as("vic")).open("/events");
    expect(body).not.toMatch(/<img|<b>/);
    expect(textOf(body)).toContain('"><img src=x onerror=alert(1)>');
  });
});

describe("the search", () => {
  test("leads to the event when one fits: by event id, order id, trace id or id of the ledger", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const id = deliveryKey({ accountId, eventId: "order-77" });
    const details = { value: 1, currency: "BRL", orderId: "A-1042", contentIds: null, contents: null, numItems: null };
    await console.stored({
      id,
      accountId,
      eventId: "order-77",
      details,
      attempts: [anAttempt({ traceId: "Trace_12345" })],
    });
    await console.stored({ accountId });
    const browser = await console.as("vic");
    for (const text of [id, " order-77 ", "A-1042", "Trace_12345"]) {
      const reply = await browser.post("/events/search", { text });
      expect([reply.statusCode, reply.headers.location], text).toEqual([303, `/events/${id}`]);
    }
  });

  test("by phone number finds the contact's events and shows the number nowhere: not on the page, not in an address, not in the log", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const contact = {
      conversationId: null,
      bsuidKey: null,
      phoneKey: console.lookupKeys.phone(PHONE),
      phoneVariantKeys: [],
      ctwaClid: null,
    };
    const events = [await console.stored({ accountId, contact }), await console.stored({ accountId, contact })];
    const other = await console.stored({ accountId });
    const reply = await (await console.as("vic")).post("/events/search", { text: "+55 11 98765-4321" });
    for (const { eventId } of events) expect(reply.body).toContain(eventId);
    expect(reply.body).not.toContain(other.eventId);
    const everything = reply.body + JSON.stringify(reply.headers) + console.lines.join("");
    expect(everything).not.toMatch(/98765|4321/);
  });

  test("that finds nothing says what to check, and repeats nothing of what was typed", async () => {
    const console = await aConsole();
    const browser = await console.as("vic");
    for (const text of ["order-of-nobody", "<script>alert(1)</script>", ""]) {
      const { body, statusCode } = await browser.post("/events/search", { text });
      expect(statusCode).toBe(200);
      expect(textOf(body)).toContain("Nothing was found.");
      expect(textOf(body)).toContain("a part of an id finds nothing.");
      expect(textOf(body)).toContain("as in order-1042:Purchase");
      expect(body).not.toMatch(/order-of-nobody|alert\(1\)/);
    }
  });

  test("for digits alone that finds nothing says first that a phone number needs its country code", async () => {
    const console = await aConsole();
    const browser = await console.as("vic");
    const hint = "Nothing was found. A phone number needs its country code, such as 55 11 98765-4321.";
    for (const text of ["11987654321", "+(11) 98765-4321"])
      expect(textOf((await browser.post("/events/search", { text })).body)).toContain(hint);
    for (const text of ["order-1042", "+-()"])
      expect(textOf((await browser.post("/events/search", { text })).body)).not.toContain(hint);
  });

  test("that left events out says which are shown", async () => {
    const events = [anEvent({}), anEvent({})].map((event) => ({ ...event, attempts: [] }));
    const next = { acceptedAt: new Date(), id: events[1]?.id ?? "" };
    const pageOf = async (isInOrder: boolean) => {
      const console = await aConsole({ findEvents: async () => ({ events, next, isInOrder }) });
      return textOf((await (await console.as("vic")).post("/events/search", { text: "A-1042" })).body);
    };
    expect(await pageOf(true)).toContain("Only the newest 2 are shown.");
    expect(await pageOf(false)).toContain("Only 2 are shown, and newer ones may be missing");
  });

  test("from another site is refused", async () => {
    const console = await aConsole();
    const reply = await (await console.as("vic")).post(
      "/events/search",
      { text: "x" },
      { "sec-fetch-site": "cross-site" },
    );
    expect(reply.statusCode).toBe(403);
  });
});

describe("the export", () => {
  test("holds the filtered list as CSV, with formulas made harmless and nothing of a person", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const contact = {
      conversationId: null,
      bsuidKey: null,
      phoneKey: console.lookupKeys.phone(PHONE),
      phoneVariantKeys: [],
      ctwaClid: "canary-click-id",
    };
    await console.stored({
      accountId,
      eventId: FORMULA,
      contact,
      personal: { em: "canary-hash" },
      status: "delivered",
    });
    await console.stored({ accountId, status: "rejected", reason: "meta_click_unknown" });
    const reply = await (await console.as("vic")).open("/events.csv?status=delivered");
    expect(reply.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(reply.headers["content-disposition"]).toBe('attachment; filename="events.csv"');
    const lines = reply.body.trim().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`'${FORMULA}`);
    expect(reply.body).not.toMatch(/canary/);
    expect(console.logged("dashboard.action")).toMatchObject([{ user: "vic", action: "events_exported" }]);
  });

  test("of a filter that was not understood is the list that says so, not a file of everything", async () => {
    const console = await aConsole();
    const reply = await (await console.as("vic")).open("/events.csv?status=lost");
    expect([reply.statusCode, reply.headers.location]).toEqual([303, "/events?status=lost"]);
  });
});
