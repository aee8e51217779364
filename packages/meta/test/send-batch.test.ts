import type { GraphAnswer } from "@capi-relay/domain";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PartResult, type SendInPartsOptions, sendInParts } from "../src/index.ts";

const counted = (eventsReceived: number): GraphAnswer => ({
  kind: "counted",
  httpStatus: 200,
  eventsReceived,
  traceId: null,
  slowDownMs: null,
});
const refusedFor = (code: number): GraphAnswer => ({
  kind: "refused",
  httpStatus: 400,
  error: { code, subcode: null, isTransient: false, traceId: null, title: null, message: null },
  waitMs: null,
});
const UNCLEAR: GraphAnswer = { kind: "unclear", httpStatus: null, cause: "timeout" };
const blames = (answer: GraphAnswer) => answer.kind === "refused" && answer.error.code === 100;

/** A Meta that refuses every request with a bad item in it, and a clock that moves by `requestMs` each time. */
function metaThatRefuses(isBad: (item: number) => boolean, requestMs = 100) {
  const requests: number[][] = [];
  let clock = Date.parse("2026-11-13T10:00:00Z");
  return {
    requests,
    elapsedMs: () => requests.length * requestMs,
    arrivals: (item: number) => requests.filter((request) => request.includes(item) && !request.some(isBad)).length,
    options: { blames, maxRequests: 16, maxMs: 45_000, now: () => clock },
    post: async (items: readonly number[]): Promise<GraphAnswer> => {
      requests.push([...items]);
      clock += requestMs;
      return items.some(isBad) ? refusedFor(100) : counted(items.length);
    },
  };
}

/** All results, in the order of the items, which are numbered. */
async function sendAll(
  items: readonly number[],
  post: (items: readonly number[]) => Promise<GraphAnswer>,
  options: SendInPartsOptions<number>,
): Promise<PartResult<number>[]> {
  const results: PartResult<number>[] = [];
  for await (const part of sendInParts(items, post, options)) results.push(...part);
  return results.toSorted((one, other) => one.item - other.item);
}

const range = (size: number) => Array.from({ length: size }, (_, index) => index);

describe("a batch", () => {
  test("of good items takes one request", async () => {
    const meta = metaThatRefuses(() => false);
    const results = await sendAll(range(100), meta.post, meta.options);
    expect(meta.requests).toHaveLength(1);
    expect(results[99]).toEqual({
      item: 99,
      answer: counted(100),
      sharedWith: 100,
      startedAt: new Date("2026-11-13T10:00:00Z"),
      durationMs: 100,
      innocentLeftover: false,
    });
  });

  test("of none takes no request", async () => {
    const meta = metaThatRefuses(() => false);
    expect(await sendAll([], meta.post, meta.options)).toEqual([]);
    expect(meta.requests).toEqual([]);
  });

  test("with one bad item anywhere among 100 delivers the other 99 within 15 requests", async () => {
    for (const bad of range(100)) {
      const meta = metaThatRefuses((item) => item === bad);
      const results = await sendAll(range(100), meta.post, meta.options);
      expect(results.filter(({ answer }) => answer.kind === "counted").length).toBe(99);
      expect(results[bad]).toMatchObject({ answer: refusedFor(100), sharedWith: 1, innocentLeftover: false });
      expect(meta.requests.length).toBeLessThanOrEqual(15);
    }
  });

  test("tells of a part as soon as it is certain, before anything else is asked", async () => {
    const meta = metaThatRefuses((item) => item === 7);
    const told: [items: number[], requests: number][] = [];
    for await (const part of sendInParts(range(8), meta.post, meta.options))
      told.push([part.map(({ item }) => item), meta.requests.length]);
    expect(told).toEqual([
      [[0, 1, 2, 3], 2],
      [[4, 5], 3],
      [[6], 4],
      [[7], 5],
    ]);
  });

  test("does not ask about a half whose other half went through: the blame is in there", async () => {
    const meta = metaThatRefuses((item) => item === 7);
    await sendAll(range(8), meta.post, meta.options);
    expect(meta.requests).toEqual([range(8), [0, 1, 2, 3], [4, 5], [6], [7]]);
  });

  test("of bad items only stops at 16 requests, and none of them is judged by the others", async () => {
    const meta = metaThatRefuses(() => true);
    const results = await sendAll(range(100), meta.post, meta.options);
    expect(meta.requests).toHaveLength(16);
    expect(results.every(({ sharedWith, innocentLeftover }) => innocentLeftover === sharedWith > 1)).toBe(true);
  });

  test("of bad items only stops within its time, counting the request that would come next", async () => {
    const meta = metaThatRefuses(() => true, 10_000);
    await sendAll(range(100), meta.post, meta.options);
    expect(meta.elapsedMs()).toBe(40_000);
  });

  test("refused for a reason that blames no event is not taken apart", async () => {
    const meta = metaThatRefuses(() => false);
    const results = await sendAll(range(4), async () => refusedFor(190), meta.options);
    expect(results.map(({ answer, sharedWith, innocentLeftover }) => [answer, sharedWith, innocentLeftover])).toEqual(
      Array(4).fill([refusedFor(190), 4, false]),
    );
  });
});

describe("a half that goes wrong in another way", () => {
  const half = (bad: number, trouble: GraphAnswer) => async () => {
    const meta = metaThatRefuses((item) => item === bad);
    const post = (items: readonly number[]) =>
      items.length === 2 && items[0] === 0 ? Promise.resolve(trouble) : meta.post(items);
    return { meta, results: await sendAll(range(4), post, meta.options) };
  };

  test("is unclear alone: the other half is left for later, not judged, and not sent into the same trouble", async () => {
    const { meta, results } = await half(3, UNCLEAR)();
    expect(results.map(({ answer, innocentLeftover }) => [answer.kind, innocentLeftover])).toEqual([
      ["unclear", false],
      ["unclear", false],
      ["refused", true],
      ["refused", true],
    ]);
    expect(meta.requests).toEqual([range(4)]);
  });

  test("counts only in part: the rest goes on, and is not taken for guilty", async () => {
    const { results } = await half(3, counted(1))();
    expect(results.slice(0, 2).map(({ answer }) => answer)).toEqual([counted(1), counted(1)]);
  });

  test("keeps what was counted before when posting throws", async () => {
    const meta = metaThatRefuses((item) => item === 3);
    const post = (items: readonly number[]) =>
      items.length === 1 ? Promise.reject(new Error("a bug")) : meta.post(items);
    const results = await sendAll(range(4), post, meta.options);
    expect(results.slice(0, 2).every(({ answer }) => answer.kind === "counted")).toBe(true);
    expect(results[2]?.answer).toEqual({ kind: "unclear", httpStatus: null, cause: "internal_error" });
    expect(results[3]).toMatchObject({ innocentLeftover: true });
  });
});

describe("for any set of bad items", () => {
  const sizeAndBad = fc
    .integer({ min: 0, max: 120 })
    .chain((size) =>
      fc.record({ size: fc.constant(size), bad: fc.uniqueArray(fc.nat({ max: Math.max(0, size - 1) })) }),
    );

  test("every item has exactly one result, in order, within the budget, and no good item arrives twice", async () => {
    await fc.assert(
      fc.asyncProperty(sizeAndBad, fc.integer({ min: 1, max: 40 }), async ({ size, bad }, maxRequests) => {
        const meta = metaThatRefuses((item) => bad.includes(item));
        const results = await sendAll(range(size), meta.post, { ...meta.options, maxRequests });
        expect(results.map(({ item }) => item)).toEqual(range(size));
        expect(meta.requests.length).toBeLessThanOrEqual(maxRequests);
        for (const { item, answer, sharedWith, innocentLeftover } of results) {
          expect(meta.arrivals(item)).toBe(answer.kind === "counted" ? 1 : 0);
          expect(innocentLeftover).toBe(answer.kind === "refused" && sharedWith > 1);
          if (answer.kind === "refused" && !innocentLeftover) expect(bad).toContain(item);
        }
      }),
    );
  });

  test("every good item of a batch of eight gets through, and every bad one is found", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.uniqueArray(fc.nat({ max: 7 })), async (size, bad) => {
        const meta = metaThatRefuses((item) => bad.includes(item));
        const results = await sendAll(range(size), meta.post, meta.options);
        for (const { item, answer, innocentLeftover } of results) {
          expect([answer.kind, innocentLeftover]).toEqual([bad.includes(item) ? "refused" : "counted", false]);
        }
      }),
    );
  });

  test("whatever the answers are, every item has exactly one result", async () => {
    const answer = fc.constantFrom<GraphAnswer>(counted(1), refusedFor(100), refusedFor(4), UNCLEAR);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 60 }), fc.infiniteStream(answer), async (size, answers) => {
        const meta = metaThatRefuses(() => false);
        const post = async () => answers.next().value;
        const results = await sendAll(range(size), post, meta.options);
        expect(results.map(({ item }) => item)).toEqual(range(size));
      }),
    );
  });
});
