import { describe, expect, test } from "vitest";
import { aConsole, anAttempt, HOUR_MS, textOf } from "./a-console.ts";

const REJECTED = { status: "rejected", reason: "meta_click_unknown" } as const;
const FILTER = { status: "rejected", reason: "meta_click_unknown" };
const ANY = {
  accountId: null,
  statuses: [],
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
  sparesPossiblyArrived: true,
};
const ended = () => new Date(Date.now() - HOUR_MS);

describe("a bulk retry", () => {
  test("is planned before anything happens: how many, worth what, and what would be left", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    await console.stored({ accountId, ...REJECTED, endedAt: ended() });
    await console.stored({ accountId, ...REJECTED, endedAt: ended() });
    await console.stored({ accountId, ...REJECTED, endedAt: ended(), expiresAt: ended() });
    await console.stored({ accountId, ...REJECTED, endedAt: ended(), attempts: [anAttempt({ mayHaveArrived: true })] });
    const browser = await console.as("ana");
    const url = `/bulk-retry/plan?${new URLSearchParams(FILTER)}`;
    const text = textOf((await browser.open(url)).body);
    expect(text).toContain("Would be sent again 2");
    expect(text).toContain("Too old for Meta, left alone 1");
    expect(text).toContain("May have arrived already 0");
    const daring = textOf((await browser.open(`${url}&arrived=too`)).body);
    expect(daring).toContain("Would be sent again 3");
    expect(daring).toContain("Meta could count these twice.");
    expect(await console.bulkRetries.list(10)).toEqual([]);
  });

  test("of samples says that they are why nothing can be sent", async () => {
    const console = await aConsole();
    for (let number = 0; number < 3; number += 1) await console.stored({ ...REJECTED, endedAt: ended(), sample: true });
    const browser = await console.as("ana");
    const url = `/bulk-retry/plan?${new URLSearchParams(FILTER)}`;
    expect(textOf((await browser.open(url)).body)).toContain(
      "3 invented samples fit, and samples are never sent. So there is nothing to send again.",
    );
    await console.stored({ ...REJECTED, endedAt: ended() });
    expect(textOf((await browser.open(url)).body)).not.toContain("invented");
  });

  test("is ordered by an operator with exactly the filter that was planned, watched, and stopped", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account({ name: "Casa Aurora" });
    await console.stored({ accountId, ...REJECTED, endedAt: ended() });
    const browser = await console.as("ana");
    const day = new Date().toISOString().slice(0, 10);
    const filter = { ...FILTER, account: accountId, name: "Purchase", from: day, to: day };
    const plan = await browser.open(`/bulk-retry/plan?${new URLSearchParams(filter)}`);
    const hidden = Object.fromEntries(
      [...plan.body.matchAll(/<input type="hidden" name="([a-z]+)" value="([^"]+)"/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    expect(hidden).toEqual(filter);
    const reply = await browser.post("/bulk-retry", { ...filter, pace: "10" });
    const [order] = await console.bulkRetries.list(10);
    expect(reply.headers.location).toBe(`/bulk-retry/${order?.id}`);
    expect(order).toMatchObject({
      startedBy: "ana",
      planned: 1,
      perSecond: 10,
      state: "running",
      filter: {
        accountId,
        statuses: ["rejected"],
        reason: "meta_click_unknown",
        eventName: "Purchase",
        acceptedFrom: new Date(day),
        acceptedTo: new Date(Date.parse(day) + 24 * HOUR_MS),
        sparesPossiblyArrived: true,
      },
    });
    const progress = await browser.open(`/bulk-retry/${order?.id}`);
    expect(textOf(progress.body)).toContain("Rejected events named Purchase of Casa Aurora for meta click unknown");
    expect(progress.body).toContain('hx-trigger="every 3s"');
    await browser.post(`/bulk-retry/${order?.id}/stop`);
    expect(await console.bulkRetries.find(String(order?.id))).toMatchObject({ state: "stopping" });
    expect(await console.audit.of(String(order?.id), 10)).toMatchObject([
      { who: "ana", action: "bulk_retry_stopped" },
      { who: "ana", action: "bulk_retry_started", detail: "1 events" },
    ]);
    expect(textOf((await browser.open("/bulk-retry")).body)).toContain("Stopping");
  });

  test("tells beside what it sent again what became of it so far, and of nothing else", async () => {
    const console = await aConsole();
    const order = await console.bulkRetries.start(
      { filter: ANY, planned: 5, perSecond: 50, startedBy: "ana" },
      new Date(),
    );
    const statuses = ["delivered", "rejected", "rejected", "queued", "outcome_unknown", "expired"] as const;
    const events = await Promise.all(statuses.map((status) => console.stored({ status })));
    const retried = { at: new Date(), who: "ana", action: "event_retried" } as const;
    await console.audit.appendAll(events.map(({ id }) => ({ ...retried, subject: id, detail: order.id })));
    const others = [await console.stored({ status: "delivered" }), await console.stored({ status: "delivered" })];
    await console.audit.append({ ...retried, subject: others[0]?.id ?? "", detail: "retry_another" });
    await console.audit.append({ ...retried, subject: others[1]?.id ?? "", detail: "" });
    const position = { acceptedAt: new Date(), id: events[0]?.id ?? "" };
    await console.bulkRetries.advance(order, { position, requeued: 6, refused: {} });
    await console.bulkRetries.finish(order.id, "finished", new Date());
    const browser = await console.as("ana");
    const { body } = await browser.open(`/bulk-retry/${order.id}`);
    expect(textOf(body)).toContain(
      "Delivered 1 Refused again 2 Still on the way 1 Outcome unknown 1 Ended otherwise 1",
    );
    // Though the order is finished: one is still in the queue.
    expect(body).toContain('hx-trigger="every 3s"');
  });

  test("that sent nothing again says nothing of what became of it", async () => {
    const console = await aConsole();
    const order = await console.bulkRetries.start(
      { filter: ANY, planned: 1, perSecond: 50, startedBy: "ana" },
      new Date(),
    );
    const browser = await console.as("ana");
    expect(textOf((await browser.open(`/bulk-retry/${order.id}`)).body)).not.toContain("What became of them");
  });

  test("is neither started nor stopped by a viewer, who still sees the plan", async () => {
    const console = await aConsole();
    await console.stored({ ...REJECTED, endedAt: ended() });
    const order = await console.bulkRetries.start(
      { filter: ANY, planned: 1, perSecond: 1, startedBy: "ana" },
      new Date(),
    );
    const browser = await console.as("vic");
    const plan = await browser.open(`/bulk-retry/plan?${new URLSearchParams(FILTER)}`);
    expect(textOf(plan.body)).toContain("An operator can start this; your role is viewer.");
    expect((await browser.post("/bulk-retry", FILTER)).statusCode).toBe(403);
    expect((await browser.post(`/bulk-retry/${order.id}/stop`)).statusCode).toBe(403);
    expect(await console.bulkRetries.list(10)).toMatchObject([{ id: order.id, state: "running" }]);
  });

  test("is not started when nothing fits, or when a field was not understood and more would fit than was seen", async () => {
    const console = await aConsole();
    const browser = await console.as("ana");
    const empty = await browser.post("/bulk-retry", FILTER);
    expect(empty.statusCode).toBe(422);
    expect(textOf(empty.body)).toContain("Nothing was started: no event fits that Meta still takes.");
    await console.stored({ ...REJECTED, endedAt: ended() });
    const vague = await browser.post("/bulk-retry", { status: "rejected", from: "yesterday" });
    expect(textOf(vague.body)).toContain("Nothing was started: the filter could not be read.");
    expect(await console.bulkRetries.list(10)).toEqual([]);
  });
});
