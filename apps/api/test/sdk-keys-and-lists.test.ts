import { anAttempt } from "@capi-relay/domain/builders";
import { CapiRelay, hasEnded } from "@capi-relay/sdk";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_KEY, aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let baseUrl: string;
let relay: CapiRelay;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  baseUrl = await api.app.listen({ port: 0, host: "127.0.0.1" });
  relay = new CapiRelay({ baseUrl, apiKey: API_KEY });
  await vi.waitFor(() => api.queue.ping());
  accountId = (await api.account()).id;
});
afterAll(() => api.close());

test("a send that waits comes back with the ending, or with a receipt when there is none in time", async () => {
  const event = aConversion(accountId);
  const sending = relay.conversions.send(event, { waitSeconds: 20 });
  await endAsDelivered(event.eventId);
  const ended = await sending;
  expect(ended).toMatchObject({ status: "delivered", eventsReceived: 1, eventsFailed: 0, failures: [], reason: null });
  expect(hasEnded(ended)).toBe(true);

  const unended = await relay.conversions.send(aConversion(accountId), { waitSeconds: 1 });
  expect(unended.status).toBe("queued");
  expect(hasEnded(unended)).toBe(false);
});

test("a key that waits by itself does not make the SDK wait", async () => {
  const { secret } = await relay.apiKeys.create({
    ...{ name: "patient", scopes: ["send"], accountIds: [accountId], defaultWaitSeconds: 30 },
  });
  const patient = new CapiRelay({ baseUrl, apiKey: secret, timeoutMs: 5_000, retries: 0 });
  expect(await patient.conversions.send(aConversion(accountId))).toMatchObject({ status: "queued" });
});

test("a check tells what would happen, and stores nothing", async () => {
  const event = aConversion(accountId);
  const check = await relay.conversions.check(event);
  expect(check).toMatchObject({
    ...{ wouldAccept: true, problems: [], duplicate: null, click: null },
    ...{ firstTurn: { status: "waiting_click" }, destination: { state: "active" } },
  });
  expect(check.verdict).toMatch(/\.$/);
  expect((await relay.conversions.listPage({ eventId: event.eventId })).events).toEqual([]);

  const { id } = await relay.conversions.send(event);
  expect((await relay.conversions.check(event)).duplicate).toMatchObject({ id, samePayload: true });
  const wrong = await relay.conversions.check({ ...event, eventName: "Lead" });
  expect(wrong).toMatchObject({ wouldAccept: false, problems: [{ code: "event_name_refused" }] });
});

test("a list reads every page of what fits, newest first", async () => {
  const { id: shop } = await api.account();
  const events = Array.from({ length: 5 }, () => aConversion(shop));
  for (const event of events) await relay.conversions.send(event);
  await endAsDelivered(events[0]?.eventId ?? "");
  const read = async (filters: object) => {
    const ids: string[] = [];
    for await (const { eventId } of relay.conversions.list({ accountId: shop, limit: 2, ...filters }))
      ids.push(eventId);
    return ids;
  };
  const newestFirst = events.map(({ eventId }) => eventId).reverse();
  expect(await read({})).toEqual(newestFirst);
  expect(await read({ status: ["queued"] })).toEqual(newestFirst.slice(0, 4));
  expect(await read({ status: ["queued", "delivered"] })).toEqual(newestFirst);
  expect(await read({ acceptedFrom: new Date(Date.now() + 60_000) })).toEqual([]);
  await expect(relay.conversions.listPage({}, "not-a-cursor")).rejects.toMatchObject({ status: 400 });
});

test("a key: made, used, replaced, listed, revoked", async () => {
  const made = await relay.apiKeys.create({ name: "shop", scopes: ["send"], accountIds: [accountId] });
  const shop = new CapiRelay({ baseUrl, apiKey: made.secret });
  expect(await shop.conversions.send(aConversion(accountId))).toMatchObject({ duplicate: false });
  await expect(shop.accounts.list()).rejects.toMatchObject({ status: 403 });

  const next = await relay.apiKeys.rotate(made.id, { overlapHours: 1 });
  expect(next).toMatchObject({ name: "shop", scopes: ["send"], accountIds: [accountId] });
  expect(next.secret).not.toBe(made.secret);
  const listed = await relay.apiKeys.list();
  expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining([made.id, next.id]));
  expect(JSON.stringify(listed)).not.toContain(next.secret);
  await relay.apiKeys.revoke(next.id);
  const after = (await relay.apiKeys.list()).find(({ id }) => id === next.id);
  expect(after?.revokedAt).toEqual(expect.any(String));
});

/** Ends an event as a worker would, once it is stored. */
async function endAsDelivered(eventId: string): Promise<void> {
  const { _id } = await vi.waitFor(async () => {
    const row = await api.mongo.native.events.findOne({ eventId });
    if (row === null) throw new Error("not stored yet");
    return row;
  });
  const outcome = { status: "delivered", reason: null } as const;
  const attempt = anAttempt({ outcome: "delivered", reason: null, traceId: "AbC", code: null });
  await api.ledger.settle({ id: _id, generation: 0 }, { outcome, attempt, click: null });
}
