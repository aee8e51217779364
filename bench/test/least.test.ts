import { expect, test } from "vitest";
import { inRounds, renderContest } from "../src/least/contest.ts";
import { measureLeast } from "../src/least/measure-least.ts";
import { withStand } from "../src/stand/with-stand.ts";

const nothing = () => undefined;

test("the round that warms up does not count, and of the others the one in the middle does", async () => {
  const speeds = [1_000, 30, 10, 20];
  const names: string[] = [];
  const medians = await inRounds(3, async (name) => {
    names.push(name);
    const perSecond = speeds[names.length - 1] ?? Number.NaN;
    return { ours: { perSecond, cpuUs: 1_000 / perSecond } };
  });
  expect(names).toEqual(["warming up", "round 1 of 3", "round 2 of 3", "round 3 of 3"]);
  expect(medians).toEqual({ ours: { perSecond: 20, cpuUs: 50 } });
});

test("every speed is divided by every yardstick, in at most 80 columns, whatever the figures", () => {
  const slow = { perSecond: 300, cpuUs: 12_345 };
  const fast = { perSecond: 123_456, cpuUs: 150 };
  const lines = renderContest({
    what: "Events come in, one a request",
    runners: [
      { who: "by hand, 50 at a time", ...slow },
      { who: "a bare route", ...fast },
    ],
    yardsticks: [
      { column: "to by hand", ...slow },
      { column: "to bare", ...fast },
    ],
  }).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    ["Events come in, one a request", "events/s", "µs", "to by hand", "to bare"],
    ["by hand, 50 at a time", "300", "12345", "1.00", "0.00"],
    ["a bare route", "123456", "150", "411.52", "1.00"],
  ]);
});

// Nothing here judges a time: the machine that runs the tests is busy with them.
test("the least relay takes and delivers every event exactly once, beside ours", { timeout: 120_000 }, async () => {
  const sizes = { warmUp: 200, rounds: 1, intakeSeconds: 0.2, drain: { ours: 200, naive: 60, empty: 200 } };
  const contests = await withStand(nothing, (stand) => measureLeast(stand, sizes, nothing));
  const speeds = contests.flatMap(({ what, runners }) =>
    runners.map(({ who, perSecond }) => ({ what, who, perSecond })),
  );
  expect(speeds).toHaveLength(10);
  for (const { what, who, perSecond } of speeds) expect(perSecond, `${what}: ${who}`).toBeGreaterThan(0);
});
