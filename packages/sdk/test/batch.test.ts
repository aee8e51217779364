import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConversionEvent } from "../src/index.ts";
import { splitBatch } from "../src/split-batch.ts";
import { answer, aServer, type Play, PURCHASE, RECEIPT, refusal, reset } from "./a-server.ts";

const purchases = (count: number): ConversionEvent[] =>
  Array.from({ length: count }, (_, index) => ({ ...PURCHASE, eventId: `order-${index}:Purchase` }));

/** Takes every event, like the batch route. */
const taking: Play = (response, request) => {
  const { events } = JSON.parse(request.body) as { events: ConversionEvent[] };
  const results = events.map(({ eventId }, index) => ({ ...RECEIPT, eventId, index }));
  answer(200, { results })(response, request);
};

test("2,500 events are three requests, and each result is at its event's index", async () => {
  const { client, seen } = await aServer(taking);
  const events = purchases(2_500);
  const results = await client().conversions.sendBatch(events);
  expect(seen.map(({ body }) => JSON.parse(body).events.length)).toEqual([1_000, 1_000, 500]);
  expect(results.map(({ index, eventId }) => [index, eventId])).toEqual(events.map(({ eventId }, at) => [at, eventId]));
});

test("a request that finds nobody becomes retryable errors at its places; the others keep their receipts", async () => {
  const { client } = await aServer(taking, reset, taking);
  const results = await client({ retries: 0 }).conversions.sendBatch(purchases(2_001));
  expect(results.map(({ error }) => error?.code)).toEqual([
    ...Array(1_000).fill(undefined),
    ...Array(1_000).fill("relay_unreachable"),
    undefined,
  ]);
  expect(results[1_500]).toMatchObject({ index: 1_500, eventId: "order-1500:Purchase", error: { retryable: true } });
});

test("an event too large for any request is refused alone", async () => {
  const { client, seen } = await aServer(taking, refusal(413, "body_too_large"), taking);
  const huge = { ...PURCHASE, eventId: "huge:Purchase", email: "x".repeat(5_000_000) };
  const [small, refused, last] = await client().conversions.sendBatch([PURCHASE, huge, PURCHASE]);
  expect([small?.error, last?.error]).toEqual([undefined, undefined]);
  expect(refused).toMatchObject({
    index: 1,
    eventId: "huge:Purchase",
    error: { code: "body_too_large", retryable: false },
  });
  expect(seen).toHaveLength(3);
});

test("what refuses every event is thrown", async () => {
  const { client, seen } = await aServer(refusal(401, "api_key_invalid"));
  await expect(client().conversions.sendBatch(purchases(1_001))).rejects.toMatchObject({ code: "api_key_invalid" });
  expect(seen).toHaveLength(1);
});

test("no events are no request", async () => {
  const { client, seen } = await aServer(taking);
  expect(await client().conversions.sendBatch([])).toEqual([]);
  expect(seen).toEqual([]);
});

test("chunks keep order, miss nothing, and fit the route's limits of number and bytes", () => {
  const event = fc.record({ text: fc.string({ unit: "grapheme", maxLength: 20 }), copies: fc.constantFrom(1, 3_000) });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 1_500 }), (drawn) => {
      const events = drawn.map(({ text, copies }) => ({ text: text.repeat(copies) }));
      const chunks = splitBatch(events);
      expect(chunks.flatMap(({ wire }) => wire)).toEqual(events);
      let first = 0;
      for (const chunk of chunks) {
        expect(chunk.first).toBe(first);
        first += chunk.wire.length;
        expect(chunk.wire.length).toBeLessThanOrEqual(1_000);
        expect(Buffer.byteLength(JSON.stringify({ events: chunk.wire }))).toBeLessThanOrEqual(4 * 1024 * 1024);
      }
    }),
    { numRuns: 30 },
  );
});
