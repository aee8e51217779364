import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Clarity, DestinationGate } from "../src/destination-gate.ts";

const LIMITS = { maxEvents: 100, maxInFlight: 4 };
const at = (ms: number) => new Date(ms);

describe("a gate", () => {
  test("lets one request go to a destination it knows nothing of, and many once that was answered", () => {
    const gate = new DestinationGate(LIMITS);
    const arrived = gate.departs();
    expect(gate.capacity).toBe(0);
    arrived("clear", at(1));
    for (let n = 0; n < 4; n += 1) {
      expect(gate.capacity).toBe(100);
      gate.departs();
    }
    expect(gate.capacity).toBe(0);
  });

  test("stays careful while connections fail, and does not call that unclear", () => {
    const gate = new DestinationGate(LIMITS);
    gate.departs()("nothing", at(1));
    expect([gate.capacity, gate.isProbing]).toEqual([100, false]);
    gate.departs();
    expect(gate.capacity).toBe(0);
  });

  test("believes another worker's doubt, unless it has learnt better since", () => {
    const gate = new DestinationGate(LIMITS);
    gate.heardUnclear(null);
    expect(gate.isProbing).toBe(false);
    gate.heardUnclear(at(10));
    expect([gate.isProbing, gate.capacity]).toEqual([true, 1]);
    gate.departs()("clear", at(20));
    gate.heardUnclear(at(19));
    expect(gate.isProbing).toBe(false);
    gate.heardUnclear(at(21));
    expect(gate.isProbing).toBe(true);
  });

  test("calls a destination sluggish while a request hangs for over a second, and not for what takes long beside it", () => {
    const gate = new DestinationGate(LIMITS);
    gate.departs();
    expect(gate.isSluggish(60_000)).toBe(false);
    const answered = gate.requestLeaves(60_000);
    expect([gate.isSluggish(61_000), gate.isSluggish(61_001)]).toEqual([false, true]);
    answered();
    expect(gate.isSluggish(70_000)).toBe(false);
  });
});

type Step = { readonly go: true } | { readonly go: false; readonly which: number; readonly clarity: Clarity };
const steps = fc.array(
  fc.oneof(
    fc.constant<Step>({ go: true }),
    fc.record({
      go: fc.constant(false as const),
      which: fc.nat(8),
      clarity: fc.constantFrom<Clarity>("clear", "unclear", "nothing"),
    }),
  ),
  { maxLength: 60 },
);

test("whatever is answered in whatever order, the limits hold and only a clear answer opens the gate", () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const gate = new DestinationGate(LIMITS);
      const underWay: ReturnType<DestinationGate["departs"]>[] = [];
      let doubtful = false;
      let proven = false;
      for (const [time, step] of taken.entries()) {
        const capacity = gate.capacity;
        if (step.go && capacity > 0) {
          if (doubtful) expect([capacity, underWay.length]).toEqual([1, 0]);
          if (!proven) expect(underWay).toHaveLength(0);
          underWay.push(gate.departs());
        } else if (!step.go) {
          const [arrived] = underWay.splice(step.which % Math.max(1, underWay.length), 1);
          if (arrived === undefined) continue;
          arrived(step.clarity, at(time));
          if (step.clarity === "unclear") [doubtful, proven] = [true, false];
          if (step.clarity === "clear") [doubtful, proven] = [false, true];
        }
        expect(gate.inFlight).toBe(underWay.length);
        expect(underWay.length).toBeLessThanOrEqual(LIMITS.maxInFlight);
        expect(gate.isProbing).toBe(doubtful);
      }
    }),
  );
});
