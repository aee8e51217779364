import { expect, test } from "vitest";
import { type DestinationState, judgeDestination } from "../src/index.ts";
import { after, anAttempt, anEvent, DAY, HOUR, MINUTE, NOON } from "./an-event.ts";

const ACTIVE: DestinationState = {
  datasetId: "1",
  state: "active",
  pausedReason: null,
  throttledUntil: null,
  switchedOffEventNames: [],
  unknownOutcome: "resend",
};
const MAYBE = anAttempt({ reason: "no_clear_answer", mayHaveArrived: true });
const IN_DOUBT = anEvent({ status: "retry_scheduled", attempts: [MAYBE], nextTrigger: "scheduled" });
const ASKED = { status: "outcome_unknown", reason: "no_clear_answer" };

test("an account that has chosen to be asked since the doubt came up is asked before anything is sent again", () => {
  expect(judgeDestination(ACTIVE, IN_DOUBT, NOON)).toBeNull();
  expect(judgeDestination({ ...ACTIVE, unknownOutcome: "hold" }, IN_DOUBT, NOON)).toEqual(ASKED);
  const byName = { LeadSubmitted: "hold" } as const;
  expect(judgeDestination({ ...ACTIVE, unknownOutcome: byName }, IN_DOUBT, NOON)).toEqual(ASKED);
  expect(judgeDestination({ ...ACTIVE, unknownOutcome: { Purchase: "hold" } }, IN_DOUBT, NOON)).toBeNull();
});

test("an account is asked also about a doubt that a worker left which died", () => {
  const interrupted = { ...IN_DOUBT, nextTrigger: "recovery" } as const;
  expect(judgeDestination({ ...ACTIVE, unknownOutcome: "hold" }, interrupted, NOON)).toEqual(ASKED);
});

test("an event of an account that Meta asked to wait rests until then, or ends at its deadline", () => {
  const until = after(HOUR);
  const rests = (dueAt: Date) => ({ status: "retry_scheduled", reason: "meta_throttled", dueAt });
  const throttled = { ...ACTIVE, throttledUntil: until };
  expect(judgeDestination(throttled, anEvent({ expiresAt: after(DAY) }), NOON)).toEqual(rests(until));
  expect(judgeDestination(throttled, anEvent({ expiresAt: after(MINUTE) }), NOON)).toEqual(rests(after(MINUTE)));
  expect(judgeDestination(throttled, anEvent(), until)).toBeNull();
});

test("nobody is asked about an event that cannot have arrived, nor about one that a person sends again", () => {
  const hold = { ...ACTIVE, unknownOutcome: "hold" } as const;
  expect(judgeDestination(hold, anEvent({ attempts: [anAttempt()] }), NOON)).toBeNull();
  expect(judgeDestination(hold, { ...IN_DOUBT, nextTrigger: "manual" }, NOON)).toBeNull();
  const decided = [
    { ...MAYBE, outcome: "outcome_unknown" as const },
    anAttempt({ spent: false, reason: "meta_throttled" }),
  ];
  expect(judgeDestination(hold, { ...IN_DOUBT, attempts: decided }, NOON)).toBeNull();
});
