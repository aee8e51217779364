import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Clarity, DestinationGate } from "../src/destination-gate.ts";

const LIMITS = { maxEvents: 100, maxInFlight: 4 };
const at = (ms: number) => new Date(ms);

describe("a gate", () => {
  test("lets one request go to a destination it knows nothing of, and many once that was answered", () => {
    const gate = new DestinationGate(LIMITS);
    const arrived = gate.departs(100);
    expect(gate.capacity).toBe(0);
    arrived("clear", at(1));
    for (let n = 0; n < 4; n += 1) {
      expect(gate.capacity).toBe(100);
      gate.departs(1);
    }
    expect(gate.capacity).toBe(0);
  });

  test("stays careful while connections fail, and does not call that unclear", () => {
    const gate = new DestinationGate(LIMITS);
    gate.departs(1)("nothing", at(1));
    expect([gate.capacity, gate.isProbing]).toEqual([100, false]);
    gate.departs(1);
    expect(gate.capacity).toBe(0);
  });

  test("believes another worker's doubt, unless it has learnt better since", () => {
    const gate = new DestinationGate(LIMITS);
    gate.heardUnclear(null);
    expect(gate.isProbing).toBe(false);
    gate.heardUnclear(at(10));
    expect([gate.isProbing, gate.capacity]).toEqual([true, 1]);
    gate.departs(1)("clear", at(20));
    gate.heardUnclear(at(19));
    expect(gate.isProbing).toBe(false);
    gate.heardUnclear(at(21));
    expect(gate.isProbing).toBe(true);
  });

  test("grows again after a doubt, one request at a time, and only to half of what was answered unclearly", () => {
    const gate = new DestinationGate(LIMITS);
    gate.departs(100)("clear", at(1));
    gate.departs(100)("unclear", at(2));
    const sizes = Array.from({ length: 5 }, () => {
      const size = gate.capacity;
      const arrived = gate.departs(size);
      if (size < 50) expect(gate.capacity).toBe(0);
      arrived("clear", at(3));
      return size;
    });
    expect(sizes).toEqual([1, 4, 16, 50, 50]);
  });

  test("grows no faster than events come", () => {
    const gate = new DestinationGate(LIMITS);
    gate.departs(100)("unclear", at(1));
    for (let n = 0; n < 9; n += 1) gate.departs(1)("clear", at(2));
    expect(gate.capacity).toBe(4);
  });

  test("that fails for the size of its requests alone puts fewer and fewer events in doubt, and is tried again later", () => {
    const gate = new DestinationGate(LIMITS);
    const doubted: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      const size = gate.capacity;
      if (size > 10) doubted.push(size);
      gate.departs(size)(size > 10 ? "unclear" : "clear", at(n));
    }
    expect(doubted).toEqual([100, 16]);
    gate.departs(8)("clear", at(600_100));
    expect(gate.capacity).toBe(32);
  });

  test("calls a destination sluggish while a request hangs for over a second, and not for what takes long beside it", () => {
    const gate = new DestinationGate(LIMITS);
    gate.departs(1);
    expect(gate.isSluggish(60_000)).toBe(false);
    const answered = gate.requestLeaves(60_000);
    expect([gate.isSluggish(61_000), gate.isSluggish(61_001)]).toEqual([false, true]);
    answered();
    expect(gate.isSluggish(70_000)).toBe(false);
  });
});

const steps = fc.array(
  fc.oneof(
    fc.record({ go: fc.constant(true as const), size: fc.integer({ min: 1, max: 100 }) }),
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
      const underWay: { size: number; arrived: ReturnType<DestinationGate["departs"]> }[] = [];
      let ceiling = LIMITS.maxEvents;
      let doubtful = false;
      let proven = false;
      for (const [time, step] of taken.entries()) {
        const capacity = gate.capacity;
        if (step.go && capacity > 0) {
          if (doubtful) expect(capacity).toBe(1);
          if (!proven || capacity < ceiling) expect(underWay).toHaveLength(0);
          const size = Math.min(step.size, capacity);
          underWay.push({ size, arrived: gate.departs(size) });
        } else if (!step.go) {
          const [home] = underWay.splice(step.which % Math.max(1, underWay.length), 1);
          if (home === undefined) continue;
          home.arrived(step.clarity, at(time));
          if (step.clarity === "unclear") [doubtful, proven] = [true, false];
          if (step.clarity === "unclear" && home.size > 1) ceiling = Math.min(ceiling, Math.floor(home.size / 2));
          if (step.clarity === "clear") [doubtful, proven] = [false, true];
        }
        expect(gate.capacity).toBeLessThanOrEqual(ceiling);
        expect(gate.inFlight).toBe(underWay.length);
        expect(underWay.length).toBeLessThanOrEqual(LIMITS.maxInFlight);
        expect(gate.isProbing).toBe(doubtful);
      }
    }),
  );
});
