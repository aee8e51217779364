import { anAttempt } from "@capi-relay/domain/builders";
import { AuditLog, type BulkDecisionFilter, type LedgerEvent, resolvedBy } from "@capi-relay/storage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nextInDoubt, planBulkDecision, whatBecameOfResent } from "../src/index.ts";
import { hoursAgo, openInsight, worth } from "./an-insight.ts";

const EVERYTHING: BulkDecisionFilter = {
  accountId: null,
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
  sentAt: null,
  withoutTests: false,
};

let world: Awaited<ReturnType<typeof openInsight>>;
beforeEach(async () => {
  world = await openInsight();
});
afterEach(() => world.drop());

const sent = (startedAt: Date, durationMs = 100) =>
  anAttempt({ startedAt, durationMs, outcome: "outcome_unknown", mayHaveArrived: true });

const doubtful = (changes: Partial<LedgerEvent> = {}) =>
  world.stored({
    status: "outcome_unknown",
    reason: "worker_interrupted",
    details: worth(10),
    attempts: [sent(hoursAgo(1))],
    ...changes,
  });

const planOf = (filter: Partial<BulkDecisionFilter> = {}, doubtedBefore = new Date(), max = 100) =>
  planBulkDecision(world.mongo, { filter: { ...EVERYTHING, ...filter }, doubtedBefore }, new Date(), max);

const claimedBy = (events: readonly LedgerEvent[], claim: string) =>
  world.mongo.native.events.updateMany({ _id: { $in: events.map(({ id }) => id) } }, { $set: { takenFrom: claim } });

test("a plan tells how the doubts spread over accounts and over what was sent at one moment, the largest first", async () => {
  const [first, last] = [hoursAgo(3), hoursAgo(1)];
  await claimedBy([await doubtful({ attempts: [sent(first)], details: worth(5, "EUR") })], "one");
  await claimedBy([await doubtful({ attempts: [sent(last)] }), await doubtful({ attempts: [sent(last)] })], "two");
  await claimedBy([await doubtful({ attempts: [sent(last)] })], "three");
  await doubtful({ accountId: "another", attempts: [sent(hoursAgo(9)), sent(last)], details: worth(2) });
  await world.stored({ status: "delivered", endedAt: hoursAgo(1) });
  await world.stored({ status: "retry_scheduled", reason: "worker_interrupted", attempts: [sent(last)] });
  expect(await planOf()).toEqual({
    count: 5,
    values: [
      { currency: "BRL", value: 32 },
      { currency: "EUR", value: 5 },
    ],
    tooOld: 0,
    samples: 0,
    accounts: [
      {
        accountId: "acct42",
        count: 4,
        values: [
          { currency: "BRL", value: 30 },
          { currency: "EUR", value: 5 },
        ],
        firstSentAt: first,
        lastSentAt: last,
      },
      {
        accountId: "another",
        count: 1,
        values: [{ currency: "BRL", value: 2 }],
        firstSentAt: last,
        lastSentAt: last,
      },
    ],
    departures: [
      { accountId: "acct42", sentAt: last, count: 3, requests: 2 },
      { accountId: "acct42", sentAt: first, count: 1, requests: 1 },
      { accountId: "another", sentAt: last, count: 1, requests: 1 },
    ],
    isTooLarge: false,
  });
});

test("a plan tells what could not be sent again: what is too old, and samples", async () => {
  await doubtful();
  await doubtful({ expiresAt: hoursAgo(1) });
  await doubtful({ sample: true });
  await doubtful({ attempts: [] });
  expect(await planOf()).toMatchObject({ count: 4, tooOld: 1, samples: 1 });
});

test("a decision about more than it may be about is too large, and its figures stop there", async () => {
  for (let one = 0; one < 4; one += 1) await doubtful();
  expect(await planOf({}, new Date(), 3)).toMatchObject({ count: 3, isTooLarge: true });
  expect(await planOf({}, new Date(), 4)).toMatchObject({ count: 4, isTooLarge: false });
});

test("a decision narrows by account, reason, name, acceptance, the moment of sending, and tests", async () => {
  const sentAt = hoursAgo(2);
  await doubtful({ acceptedAt: hoursAgo(5) });
  await doubtful({ acceptedAt: hoursAgo(5), accountId: "another" });
  await doubtful({ acceptedAt: hoursAgo(5), eventName: "AddToCart" });
  await doubtful({ acceptedAt: hoursAgo(5), reason: "no_clear_answer", testCode: "TEST1" });
  await doubtful({ acceptedAt: hoursAgo(9), attempts: [sent(hoursAgo(8)), sent(sentAt)] });
  const counted = async (filter: Partial<BulkDecisionFilter>) => (await planOf(filter)).count;
  expect(await counted({})).toBe(5);
  expect(await counted({ accountId: "another" })).toBe(1);
  expect(await counted({ reason: "no_clear_answer" })).toBe(1);
  expect(await counted({ eventName: "AddToCart" })).toBe(1);
  expect(await counted({ acceptedFrom: hoursAgo(6) })).toBe(4);
  expect(await counted({ acceptedTo: hoursAgo(6) })).toBe(1);
  expect(await counted({ sentAt })).toBe(1);
  expect(await counted({ withoutTests: true })).toBe(4);
});

test("what came into doubt after somebody looked is in no plan and in no decision", async () => {
  const looked = hoursAgo(1);
  const before = await doubtful({ attempts: [sent(hoursAgo(2))] });
  // It left before and was given up after: nobody could see it.
  await doubtful({ attempts: [sent(hoursAgo(2), 90 * 60_000)] });
  await doubtful({ attempts: [sent(hoursAgo(3)), sent(hoursAgo(0.5))] });
  expect(await planOf({}, looked)).toMatchObject({ count: 1 });
  const decision = { filter: EVERYTHING, doubtedBefore: looked, position: null };
  expect((await nextInDoubt(world.mongo, decision, 10)).map(({ id }) => id)).toEqual([before.id]);
});

test("the events of a decision come oldest first, each once, within the filter's own times", async () => {
  const decision = { filter: { ...EVERYTHING, acceptedFrom: hoursAgo(6) }, doubtedBefore: new Date() };
  const events = [];
  const now = new Date();
  for (const hours of [7, 5, 4, 4, 3, 2]) events.push(await doubtful({ acceptedAt: hoursAgo(hours, now) }));
  const seen: string[] = [];
  for (let position = null; ; ) {
    const step: Awaited<ReturnType<typeof nextInDoubt>> = await nextInDoubt(world.mongo, { ...decision, position }, 2);
    seen.push(...step.map(({ id }) => id));
    const last = step.at(-1);
    if (last === undefined) break;
    position = last as never;
  }
  const sameMoment = events.slice(2, 4).map(({ id }) => id);
  expect(seen).toEqual([events[1]?.id, ...sameMoment.sort(), events[4]?.id, events[5]?.id]);
});

test("what became of the events that a decision had sent again is told, and of no other's", async () => {
  const audit = new AuditLog(world.mongo);
  const resolved = async (status: LedgerEvent["status"], detail: string) => {
    const { id: subject } = await world.stored({ status });
    await audit.append({ at: new Date(), who: "ana", action: "event_resolved", subject, detail });
  };
  await resolved("delivered", resolvedBy("resend", "decision_a"));
  await resolved("queued", resolvedBy("resend", "decision_a"));
  await resolved("delivered", resolvedBy("resend", "decision_b"));
  await resolved("delivered", resolvedBy("delivered", "decision_a"));
  await resolved("delivered", "resend");
  expect(await whatBecameOfResent(world.mongo, audit, "decision_a")).toEqual({
    count: 2,
    byStatus: { delivered: 1, queued: 1 },
  });
});
