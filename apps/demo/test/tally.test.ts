import { expect, test } from "vitest";
import { identityOf, type PlannedConversion } from "../src/planned-conversion.ts";
import { buildScenario } from "../src/scenario.ts";
import { SHOPS } from "../src/shops.ts";
import { type Seen, tally } from "../src/tally.ts";
import { asForetold } from "./as-foretold.ts";

const scenario = buildScenario();

function planned(eventId: string): PlannedConversion {
  const found = scenario.conversions.find((one) => one.eventId === eventId);
  if (found === undefined) throw new Error(`no ${eventId} in the scenario`);
  return found;
}

const VIEWED = planned("conv-1:ViewContent");
const STALE = planned("stale-1:ViewContent");
const STORM = planned("storm-1:ViewContent");

/** Everything as foretold, but for this. */
function mismatchesWith(change: (seen: Seen) => Partial<Seen>) {
  const seen = asForetold(scenario);
  return tally(scenario, { ...seen, ...change(seen) }).mismatches;
}

function withStory(seen: Seen, event: PlannedConversion, change: object): Partial<Seen> {
  const stories = new Map(seen.stories);
  const story = stories.get(identityOf(event));
  if (story !== undefined) stories.set(identityOf(event), { ...story, ...change });
  return { stories };
}

const isAbout = (eventId: string | null) => (line: { eventId: string | null }) => line.eventId === eventId;

test("when everything comes as foretold there is nothing to name, and the figures agree", () => {
  const result = tally(scenario, asForetold(scenario));
  expect(result.mismatches).toEqual([]);
  expect(result.accepted + result.invalid).toBe(1_000);
  expect(result.meta).toEqual({ received: result.byStatus["delivered"], duplicates: 0 });
  expect(result.rows.every((row) => row.events === row.foretold)).toBe(true);
  expect(result.rows.every(({ status, events, atMeta }) => atMeta === (status === "delivered" ? events : 0))).toBe(
    true,
  );
});

test("an event that Meta has twice is named and counted", () => {
  const seen = asForetold(scenario);
  const log = [...seen.meta.log, ...seen.meta.log.filter(isAbout(VIEWED.eventId))];
  const result = tally(scenario, { ...seen, meta: { ...seen.meta, log, counted: log.length } });
  expect(result.mismatches).toEqual([
    { eventId: "conv-1:ViewContent of demo-shop", foretold: "at Meta once", got: "2 times" },
  ]);
  expect(result.meta).toEqual({ received: log.length, duplicates: 1 });
});

test("a test event beside the real one is no duplicate, and neither may be missing", () => {
  const isTest = (line: { eventId: string | null; testEventCode: string | null }) =>
    line.eventId === "tested-1:Purchase" && line.testEventCode !== null;
  const found = mismatchesWith(({ meta }) => {
    const log = meta.log.filter((line) => !isTest(line));
    return { meta: { ...meta, log, counted: log.length } };
  });
  expect(found.map(({ eventId }) => eventId)).toEqual(["tested-1:Purchase (test) of demo-shop"]);
});

test("an event that was called delivered and is not at Meta is named", () => {
  const found = mismatchesWith(({ meta }) => {
    const log = meta.log.filter((line) => !isAbout(VIEWED.eventId)(line));
    return { meta: { ...meta, log, counted: log.length } };
  });
  expect(found).toEqual([{ eventId: identityOf(VIEWED), foretold: "at Meta once", got: "never" }]);
});

test("an event at Meta that should have been kept from it is named, and so is a stranger", () => {
  const extra = { testEventCode: null, datasetId: SHOPS.main.datasetId, event: {} };
  const found = mismatchesWith(({ meta }) => {
    const log = [...meta.log, { ...extra, eventId: STALE.eventId }, { ...extra, eventId: "nobody's" }];
    return { meta: { ...meta, log, counted: log.length } };
  });
  expect(found.map(({ foretold, got }) => [foretold, got])).toEqual([
    ["at Meta never", "once"],
    ["not part of the scenario", "at Meta once"],
  ]);
});

test("a wrong status, a wrong reason and a wrong match are named", () => {
  for (const [event, change, got] of [
    [
      VIEWED,
      { status: "retry_scheduled", reason: "meta_throttled" },
      "retry_scheduled/meta_throttled by conversation_id",
    ],
    [STALE, { reason: "no_ctwa_clid" }, "skipped/no_ctwa_clid"],
    [VIEWED, { click: null }, "delivered"],
  ] as const) {
    const found = mismatchesWith((seen) => withStory(seen, event, change));
    expect(found.map((mismatch) => [mismatch.eventId, mismatch.got])).toEqual([[identityOf(event), got]]);
  }
});

test("an event credited to another click is named", () => {
  const found = mismatchesWith(({ meta }) => ({
    meta: {
      ...meta,
      log: meta.log.map((line) =>
        isAbout(VIEWED.eventId)(line) ? { ...line, event: { user_data: { ctwa_clid: "another" } } } : line,
      ),
    },
  }));
  expect(found).toEqual([
    { eventId: identityOf(VIEWED), foretold: "credited to its click", got: "another click at Meta" },
  ]);
});

test("a storm that nobody felt proves nothing: it is named", () => {
  const once = mismatchesWith((seen) => withStory(seen, STORM, { attempts: [] }));
  expect(once.map(({ got }) => got)).toEqual(["tried once"]);
  const never = mismatchesWith(({ meta }) => ({ meta: { ...meta, struckRequests: {} } }));
  expect(never).toHaveLength(2);
});

test("answers at the door that differ are named; which of two simultaneous reports came first does not matter", () => {
  const lost = mismatchesWith(({ posted }) => ({ posted: posted.filter((one) => one.planned !== STALE) }));
  expect(lost[0]).toEqual({ eventId: identityOf(STALE), foretold: "answered accepted", got: "no answer" });
  const twice = scenario.repeats.find(({ when }) => when === "at_once")?.of;
  const swapped = mismatchesWith(({ posted }) => ({ posted: posted.toReversed() }));
  expect(swapped).toEqual([]);
  const dedupeOff = mismatchesWith(({ posted }) => ({
    posted: posted.map((one) => (one.planned === twice ? { ...one, answer: "accepted" as const } : one)),
  }));
  expect(dedupeOff.map(({ got }) => got)).toEqual(["accepted + accepted"]);
});
