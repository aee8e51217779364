import { describe, expect, test } from "vitest";
import { aConsole, anAttempt, HOUR_MS, textOf } from "./a-console.ts";

const REJECTED = { status: "rejected", reason: "meta_click_unknown" } as const;

describe("the page of one event", () => {
  test("tells its story: the click and why that one, taken in, each attempt with its codes, the ending", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account({ name: "Casa Aurora" });
    const event = await console.stored({
      accountId,
      ...REJECTED,
      endedAt: new Date(),
      click: {
        ctwaClid: "canary-click-id",
        conversationId: "c1",
        adId: "120001",
        clickedAt: new Date(Date.now() - 5 * HOUR_MS),
        matchedBy: "phone_variant",
      },
      attempts: [anAttempt()],
      personal: { em: "canary-hash" },
    });
    const { body } = await (await console.as("vic")).open(`/events/${event.id}`);
    const text = textOf(body);
    expect(text).toContain(
      "Meta does not know this click id for this WABA and dataset. What to do: Check how the click id",
    );
    expect(text).toMatch(
      /The ad click it is credited to.*Taken in from the order system.*Attempt 1: rejected.*Ended: rejected/,
    );
    expect(text).toContain("The contact was found by another spelling of the phone number");
    expect(text).toContain("HTTP 400, code 100, subcode 2804087, in a request of 34 events, after 120 ms.");
    expect(body).toContain("<copy-text>AbCdEf-trace-1</copy-text>");
    expect(body).not.toMatch(/canary|words of Meta/);
  });

  test("links to its job on the board, whose page links back", async () => {
    const console = await aConsole();
    const event = await console.stored();
    await console.queue.add(event);
    const browser = await console.as("vic");
    const { body } = await browser.open(`/events/${event.id}`);
    expect(body).toContain(`href="/queues/queue/conversions/${event.id}_0"`);
    const job = await browser.open(`/queues/api/queues/conversions/${event.id}_0`);
    expect(JSON.stringify(job.json())).toContain(`"href":"/events/${event.id}"`);
  });

  test("of an id nobody knows is not found", async () => {
    const console = await aConsole();
    const browser = await console.as("ana");
    for (const path of ["", "/retry", "/cancel", "/resolve"])
      expect((await browser.open(`/events/eNobody${path}`)).statusCode).toBe(404);
    expect((await browser.post("/events/eNobody/retry")).statusCode).toBe(404);
  });

  test("of a sample says that it is never sent, and offers nothing", async () => {
    const console = await aConsole();
    const event = await console.stored({ ...REJECTED, sample: true });
    const { body } = await (await console.as("ana")).open(`/events/${event.id}`);
    expect(textOf(body)).toContain("This event is sample data, and sample data is never sent.");
    expect(body).not.toContain(`/events/${event.id}/retry`);
  });
});

describe("a viewer", () => {
  test("sees that something could be done, and can do none of it", async () => {
    const console = await aConsole();
    const event = await console.stored(REJECTED);
    const browser = await console.as("vic");
    const { body } = await browser.open(`/events/${event.id}`);
    expect(textOf(body)).toContain("An operator can act on this event; your role is viewer.");
    expect(body).not.toContain(`/events/${event.id}/retry`);
    for (const action of ["retry", "cancel", "resolve"]) {
      for (const reply of [
        await browser.open(`/events/${event.id}/${action}`),
        await browser.post(`/events/${event.id}/${action}`, { as: "delivered" }),
      ]) {
        expect(reply.statusCode).toBe(403);
        expect(textOf(reply.body)).toContain("Only an operator can do this");
      }
    }
    expect(await console.ledger.find(event.id)).toMatchObject({ status: "rejected", generation: 0 });
    expect(await console.audit.of(event.id, 10)).toEqual([]);
    expect(console.logged("dashboard.action")).toHaveLength(6);
  });
});

describe("a retry", () => {
  test("says first what will happen, then sends the event again, and is written down with the user's name", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const event = await console.stored({ accountId, ...REJECTED, attempts: [anAttempt()] });
    const browser = await console.as("ana");
    const asked = await browser.open(`/events/${event.id}/retry`);
    expect(textOf(asked.body)).toContain(`The Purchase ${event.eventId} goes to Meta again, at once`);
    expect(await console.ledger.find(event.id)).toMatchObject({ generation: 0 });
    const done = await browser.post(`/events/${event.id}/retry`);
    expect([done.statusCode, done.headers.location]).toEqual([303, `/events/${event.id}?done=retried`]);
    expect(await console.ledger.find(event.id)).toMatchObject({ status: "queued", generation: 1 });
    expect(await console.audit.of(event.id, 10)).toMatchObject([{ who: "ana", action: "event_retried", detail: "" }]);
    const after = await browser.open(`/events/${event.id}?done=retried`);
    expect(textOf(after.body)).toMatch(/It is on its way again\..*ana had it sent again/);
  });

  test.each([
    ["retried", "rejected", "It went on its way again; where it stands now is said below."],
    ["corrected", "queued", "It is corrected and on its way again."],
    ["corrected", "rejected", "It was corrected and went on its way again; where it stands now is said below."],
    ["cancelled", "queued", null],
    ["resolved", "outcome_unknown", null],
    ["anything", "queued", null],
  ] as const)(
    "that is looked at again later (%s, and now %s) is told as it stands then",
    async (done, status, says) => {
      const console = await aConsole();
      const event = await console.stored({ status, reason: status === "queued" ? null : "meta_click_unknown" });
      const { body } = await (await console.as("vic")).open(`/events/${event.id}?done=${done}`);
      expect(/<p class="done"[^>]*>(.*?)<\/p>/.exec(body)?.[1] ?? null).toBe(says);
    },
  );

  test("with a correction changes what was typed and nothing else, and keeps no value in the audit", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const event = await console.stored({ accountId, status: "rejected", reason: "meta_currency_unsupported" });
    const browser = await console.as("ana");
    expect((await browser.open(`/events/${event.id}/retry`)).body).toContain('name="currency"');
    const fields = { eventName: "Purchase", value: "12,50", currency: "EUR", orderId: "" };
    const reply = await browser.post(`/events/${event.id}/retry`, fields);
    expect(reply.headers.location).toBe(`/events/${event.id}?done=corrected`);
    expect(await console.ledger.find(event.id)).toMatchObject({
      generation: 1,
      eventName: "Purchase",
      details: { value: 12.5, currency: "EUR", orderId: null },
    });
    const [entry] = await console.audit.of(event.id, 1);
    expect(entry).toMatchObject({ who: "ana", action: "event_corrected", detail: "value, currency" });
  });

  test.each([
    [{ value: "twelve" }, "The value has to be a number such as 129.90 or 1,234.50."],
    [{ value: "" }, "The value cannot be taken away."],
    [{ currency: "XXXX" }, "The currency"],
    [{ eventName: "Lead" }, "LeadSubmitted"],
    [{ value: "0" }, "value"],
  ])("with a mistake in it (%j) is not sent, and says what is wrong", async (typed, sentence) => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const event = await console.stored({ accountId, ...REJECTED });
    const reply = await (await console.as("ana")).post(`/events/${event.id}/retry`, typed);
    expect(reply.statusCode).toBe(422);
    expect(textOf(/<p class="error"[^>]*>.*?<\/p>/s.exec(reply.body)?.[0] ?? "")).toContain(sentence);
    expect(await console.ledger.find(event.id)).toMatchObject({ generation: 0, status: "rejected" });
  });

  test("with a value that can be read two ways is not sent, and shows both in the reader's own spelling", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const event = await console.stored({ accountId, ...REJECTED });
    const browser = await console.as("ana");
    const correct = (value: string) =>
      browser.post(`/events/${event.id}/retry`, { value }, { "accept-language": "pt-BR,pt;q=0.9" });
    const refused = await correct("1.234");
    expect(refused.statusCode).toBe(422);
    expect(textOf(refused.body)).toContain("The value could be 1.234,00 or 1,23. Write it with its cents, as here.");
    expect(textOf((await correct("1.234,5,6")).body)).toContain("has to be a number such as 129,90 or 1.234,50.");
    expect(await console.ledger.find(event.id)).toMatchObject({ generation: 0, status: "rejected" });
    expect((await correct("1.234,56")).statusCode).toBe(303);
    expect(await console.ledger.find(event.id)).toMatchObject({ generation: 1, details: { value: 1_234.56 } });
  });

  test("of an event that may have arrived warns, and offers no correction", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const attempts = [anAttempt({ mayHaveArrived: true, outcome: "retry_scheduled", reason: "no_clear_answer" })];
    const event = await console.stored({ accountId, status: "failed", reason: "retries_exhausted", attempts });
    const browser = await console.as("ana");
    const { body } = await browser.open(`/events/${event.id}/retry`);
    expect(textOf(body)).toContain("An earlier attempt may have arrived.");
    expect(body).not.toContain('name="currency"');
    const smuggled = await browser.post(`/events/${event.id}/retry`, { currency: "EUR" });
    expect(smuggled.statusCode).toBe(303);
    expect(await console.ledger.find(event.id)).toMatchObject({ generation: 1, details: { currency: "BRL" } });
  });

  test("that comes from another site changes nothing", async () => {
    const console = await aConsole();
    const event = await console.stored(REJECTED);
    const reply = await (await console.as("ana")).post(
      `/events/${event.id}/retry`,
      {},
      { "sec-fetch-site": "same-site" },
    );
    expect(reply.statusCode).toBe(403);
    expect(await console.ledger.find(event.id)).toMatchObject({ generation: 0 });
  });

  test("of a delivered event is refused in the ledger's words", async () => {
    const console = await aConsole();
    const event = await console.stored({ status: "delivered" });
    const reply = await (await console.as("ana")).post(`/events/${event.id}/retry`);
    expect(reply.statusCode).toBe(409);
    expect(reply.body).not.toContain("Send it again");
    expect(textOf(reply.body)).toContain("Meta has counted this event already; sent again, it would be counted twice.");
    expect(await console.audit.of(event.id, 10)).toEqual([]);
  });
});

describe("cancelling", () => {
  test("ends an event for good after saying so", async () => {
    const console = await aConsole();
    const event = await console.stored({ status: "held", reason: "meta_token_invalid" });
    const browser = await console.as("ana");
    expect(textOf((await browser.open(`/events/${event.id}/cancel`)).body)).toContain("This cannot be taken back");
    expect((await browser.post(`/events/${event.id}/cancel`)).headers.location).toBe(
      `/events/${event.id}?done=cancelled`,
    );
    expect(await console.ledger.find(event.id)).toMatchObject({ status: "cancelled", reason: "cancelled_by_operator" });
    expect(await console.audit.of(event.id, 10)).toMatchObject([{ who: "ana", action: "event_cancelled" }]);
  });

  test("of an event that has ended is refused", async () => {
    const console = await aConsole();
    const event = await console.stored({ status: "delivered" });
    const reply = await (await console.as("ana")).post(`/events/${event.id}/cancel`);
    expect(reply.statusCode).toBe(409);
    expect(textOf(reply.body)).toContain("there is nothing left to cancel");
  });
});

describe("deciding about an unknown outcome", () => {
  test.each([
    ["delivered", { status: "delivered", generation: 0 }],
    ["resend", { status: "queued", generation: 1 }],
    ["abandon", { status: "cancelled", reason: "abandoned_unknown" }],
  ])("as %s does that", async (as, expected) => {
    const console = await aConsole();
    const event = await console.stored({ status: "outcome_unknown", reason: "no_clear_answer" });
    const browser = await console.as("ana");
    expect((await browser.open(`/events/${event.id}/resolve`)).body).toContain(`value="${as}"`);
    expect((await browser.post(`/events/${event.id}/resolve`, { as })).statusCode).toBe(303);
    expect(await console.ledger.find(event.id)).toMatchObject(expected);
    expect(await console.audit.of(event.id, 10)).toMatchObject([{ who: "ana", action: "event_resolved", detail: as }]);
  });

  test("without choosing, or when the outcome is known, changes nothing", async () => {
    const console = await aConsole();
    const unknown = await console.stored({ status: "outcome_unknown", reason: "no_clear_answer" });
    const known = await console.stored(REJECTED);
    const browser = await console.as("ana");
    expect((await browser.post(`/events/${unknown.id}/resolve`, { as: "anything" })).statusCode).toBe(422);
    expect((await browser.post(`/events/${known.id}/resolve`, { as: "delivered" })).statusCode).toBe(409);
    expect(await console.ledger.find(unknown.id)).toMatchObject({ status: "outcome_unknown" });
    expect(await console.ledger.find(known.id)).toMatchObject({ status: "rejected" });
  });
});
