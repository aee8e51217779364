import type { DeliveryOutcome, GraphAnswer, GraphVerdict } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import { aLedgerEvent, anAccount } from "@capi-relay/storage/builders";
import { expect, test, vi } from "vitest";
import { actOnDestination } from "../src/act-on-destination.ts";
import { ClickMemory } from "../src/click-memory.ts";
import type { JudgedPart } from "../src/judge-part.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const ACCOUNT = anAccount();
const CLICK = { ctwaClid: "x", conversationId: null, adId: null, clickedAt: null, matchedBy: "request" } as const;
const REFUSED: GraphAnswer = {
  kind: "refused",
  httpStatus: 400,
  error: { code: 1, subcode: null, isTransient: false, traceId: null, title: null, message: null },
  waitMs: null,
};
const DELIVERED: DeliveryOutcome = { status: "delivered", reason: null };
const REJECTED: DeliveryOutcome = { status: "rejected", reason: "meta_click_unknown" };

const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const retriedAt = (dueAt: Date): DeliveryOutcome => ({ status: "retry_scheduled", reason: "meta_throttled", dueAt });

interface Said {
  readonly answer?: GraphAnswer;
  readonly verdict: GraphVerdict;
  readonly outcome: DeliveryOutcome;
  readonly sharedWith?: number;
  readonly testCode?: string;
}

const part = ({ answer = REFUSED, verdict, outcome, sharedWith = 1, testCode }: Said): JudgedPart => ({
  passenger: { event: aLedgerEvent(testCode === undefined ? {} : { testCode }), click: CLICK, lane: "fast" },
  answer,
  verdict,
  outcome,
  attempt: anAttempt({ batchSize: sharedWith }),
});

function aDestination() {
  const destinations = {
    pause: vi.fn(async () => {}),
    switchOffName: vi.fn(async () => {}),
    countedNone: vi.fn(async () => {}),
    throttle: vi.fn(async () => {}),
  };
  const clickMemory = new ClickMemory();
  const hears = (...parts: JudgedPart[]) =>
    actOnDestination(parts, ACCOUNT, {
      destinations,
      clickMemory,
      logTrouble: (error) => {
        throw error;
      },
      now: () => NOW,
      delayScale: 1,
    });
  return { destinations, hears };
}

test("an account that nears its limits slows down for as long as Meta asks, though all was counted", async () => {
  const { destinations, hears } = aDestination();
  const answer = { kind: "counted", httpStatus: 200, traceId: null, eventsReceived: 1, slowDownMs: 30_000 } as const;
  await hears(part({ answer, verdict: { kind: "delivered" }, outcome: DELIVERED }));
  expect(destinations.throttle).toHaveBeenCalledExactlyOnceWith(ACCOUNT, inSeconds(30));
});

test("a throttled account rests as long as the one of its events that waits the longest", async () => {
  const { destinations, hears } = aDestination();
  const verdict: GraphVerdict = { kind: "throttle", waitMs: 60_000 };
  await hears(
    part({ verdict, outcome: retriedAt(inSeconds(70)) }),
    part({ verdict, outcome: retriedAt(inSeconds(900)) }),
    part({ verdict, outcome: { status: "failed", reason: "retries_exhausted" } }),
  );
  expect(destinations.throttle).toHaveBeenCalledExactlyOnceWith(ACCOUNT, inSeconds(900));
});

test("leftovers of a mixed request that are of one name by chance prove nothing about it", async () => {
  const { destinations, hears } = aDestination();
  const verdict: GraphVerdict = { kind: "reject", reason: "meta_invalid_event_type", switchesNameOff: true };
  const outcome: DeliveryOutcome = { status: "rejected", reason: "meta_invalid_event_type" };
  await hears(part({ verdict, outcome, sharedWith: 4 }), part({ verdict, outcome, sharedWith: 4 }));
  expect(destinations.switchOffName).not.toHaveBeenCalled();
  await hears(part({ verdict, outcome, sharedWith: 2 }), part({ verdict, outcome, sharedWith: 2 }));
  expect(destinations.switchOffName).toHaveBeenCalledExactlyOnceWith(ACCOUNT, expect.any(String));
});

test("made-up clicks of test events pause nobody, however many Meta refuses", async () => {
  const { destinations, hears } = aDestination();
  const verdict: GraphVerdict = { kind: "reject", reason: "meta_click_unknown", switchesNameOff: false };
  for (let refused = 0; refused < 20; refused += 1) {
    await hears(part({ verdict, outcome: REJECTED, testCode: "TEST1" }));
  }
  expect(destinations.pause).not.toHaveBeenCalled();
  for (let refused = 0; refused < 10; refused += 1) await hears(part({ verdict, outcome: REJECTED }));
  expect(destinations.pause).toHaveBeenCalledExactlyOnceWith(ACCOUNT, "meta_clicks_all_unknown");
});
