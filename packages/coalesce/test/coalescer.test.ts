import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { AnswerCountMismatch, Coalescer, CoalescerFull } from "../src/index.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let left = count; left > 0; left -= 1) await turn();
};

/** A command whose every call waits until the test lets it go. */
function gatedCommand() {
  const calls: { items: number[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const run = (items: number[]) =>
    new Promise<string[]>((resolve, reject) => {
      calls.push({ items, answer: () => resolve(items.map((item) => `answer ${item}`)), fail: reject });
    });
  return { calls, run };
}

describe("a coalescer", () => {
  test("sends one item at once when idle", async () => {
    const coalescer = new Coalescer(async (items: number[]) => items.map((item) => item * 2), { maxItems: 10 });
    expect(await coalescer.submit(21)).toBe(42);
    await coalescer.drain();
  });

  test("puts callers of one turn into one command", async () => {
    const { calls, run } = gatedCommand();
    const coalescer = new Coalescer(run, { maxItems: 10 });
    const answers = Promise.all([1, 2, 3].map((item) => coalescer.submit(item)));
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    calls[0]?.answer();
    expect(await answers).toEqual(["answer 1", "answer 2", "answer 3"]);
  });

  test("gathers while its command is in flight, then sends what it gathered as one", async () => {
    const { calls, run } = gatedCommand();
    const coalescer = new Coalescer(run, { maxItems: 10, maxDepth: 3 });
    const first = coalescer.submit(1);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    const later = [2, 3].map((item) => coalescer.submit(item));
    await turns(3);
    expect(calls).toHaveLength(1);
    await expect(coalescer.submit(4)).rejects.toThrow(CoalescerFull);
    calls[0]?.answer();
    await first;
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    expect(calls[1]?.items).toEqual([2, 3]);
    calls[1]?.answer();
    await Promise.all(later);
  });

  test("sends beside a command in flight when several may be, and waits for nobody to fill a batch", async () => {
    const { calls, run } = gatedCommand();
    const coalescer = new Coalescer(run, { maxItems: 10, maxInFlight: 2 });
    const answers = [coalescer.submit(1)];
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    answers.push(coalescer.submit(2));
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    answers.push(coalescer.submit(3));
    await turns(3);
    expect(calls).toHaveLength(2);
    calls[1]?.answer();
    await vi.waitFor(() => expect(calls).toHaveLength(3));
    for (const call of calls) call.answer();
    expect(await Promise.all(answers)).toEqual(["answer 1", "answer 2", "answer 3"]);
  });

  test("is drained once everybody has an answer, those included who came meanwhile", async () => {
    const { calls, run } = gatedCommand();
    const coalescer = new Coalescer(run, { maxItems: 10 });
    let isDrained = false;
    void coalescer.submit(1);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    const drained = coalescer.drain().then(() => {
      isDrained = true;
    });
    const last = coalescer.submit(2);
    calls[0]?.answer();
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    expect(isDrained).toBe(false);
    calls[1]?.answer();
    await drained;
    expect(await last).toBe("answer 2");
  });

  test("rejects every caller of a failed batch and nobody else", async () => {
    const { calls, run } = gatedCommand();
    const coalescer = new Coalescer(run, { maxItems: 2 });
    const settled = Promise.allSettled([1, 2, 3].map((item) => coalescer.submit(item)));
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    calls[0]?.fail(new Error("the store is away"));
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    calls[1]?.answer();
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  });

  test("survives a command that throws instead of rejecting", async () => {
    const coalescer = new Coalescer<number, number>(
      () => {
        throw new Error("thrown at once");
      },
      { maxItems: 2 },
    );
    await expect(coalescer.submit(1)).rejects.toThrow("thrown at once");
    await coalescer.drain();
  });

  test("refuses to guess when the number of answers is wrong", async () => {
    const coalescer = new Coalescer(async (items: number[]) => items.slice(1), { maxItems: 5 });
    await expect(Promise.all([coalescer.submit(1), coalescer.submit(2)])).rejects.toThrow(AnswerCountMismatch);
  });

  test("refuses items beyond its depth and takes them again once there is room", async () => {
    const { calls, run } = gatedCommand();
    const coalescer = new Coalescer(run, { maxItems: 5, maxDepth: 2 });
    const taken = [coalescer.submit(1), coalescer.submit(2)];
    await expect(coalescer.submit(3)).rejects.toThrow(CoalescerFull);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    calls[0]?.answer();
    await Promise.all(taken);
    const again = coalescer.submit(4);
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    calls[1]?.answer();
    expect(await again).toBe("answer 4");
  });

  test.each([{ maxItems: 0 }, { maxItems: 1.5 }, { maxItems: 1, maxInFlight: 0 }, { maxItems: 1, maxDepth: 0 }])(
    "refuses the limits %o",
    (limits) => {
      expect(() => new Coalescer(async (items: number[]) => items, limits)).toThrow(RangeError);
    },
  );

  test("gives every caller its own answer in any interleaving, within its limits, and drains them all", async () => {
    const plan = fc.record({
      maxItems: fc.integer({ min: 1, max: 5 }),
      maxInFlight: fc.integer({ min: 1, max: 3 }),
      /** For each item, how many turns pass before it is submitted. */
      gaps: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 40 }),
      /** For each command, how many turns it takes and whether it fails. */
      commands: fc.array(fc.record({ takes: fc.integer({ min: 0, max: 4 }), fails: fc.boolean() }), { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ maxItems, maxInFlight, gaps, commands }) => {
        let inFlight = 0;
        let mostInFlight = 0;
        let largestBatch = 0;
        let called = 0;
        const failed = new Set<number>();
        const served: number[] = [];
        const run = async (items: number[]) => {
          const command = commands[called++ % commands.length] ?? { takes: 0, fails: false };
          inFlight += 1;
          mostInFlight = Math.max(mostInFlight, inFlight);
          largestBatch = Math.max(largestBatch, items.length);
          served.push(...items);
          await turns(command.takes);
          inFlight -= 1;
          if (command.fails) {
            for (const item of items) failed.add(item);
            throw new Error("planned");
          }
          return items.map((item) => `answer ${item}`);
        };
        const coalescer = new Coalescer(run, { maxItems, maxInFlight });
        const answers: Promise<string>[] = [];
        for (const [item, gap] of gaps.entries()) {
          await turns(gap);
          answers.push(coalescer.submit(item).catch(() => `failed ${item}`));
        }
        await coalescer.drain();
        expect([served.length, inFlight]).toEqual([gaps.length, 0]);
        const expected = gaps.map((_, item) => (failed.has(item) ? `failed ${item}` : `answer ${item}`));
        expect(await Promise.all(answers)).toEqual(expected);
        expect(served).toEqual(gaps.map((_, item) => item));
        expect(largestBatch).toBeLessThanOrEqual(maxItems);
        expect(mostInFlight).toBeLessThanOrEqual(maxInFlight);
      }),
      { numRuns: 200 },
    );
  });
});
