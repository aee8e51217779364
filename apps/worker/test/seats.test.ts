import { expect, test } from "vitest";
import { Seats } from "../src/seats.ts";

test("half of the seats taken, the lane is behind, and no longer once a turn has ended, however it did", async () => {
  const seats = new Seats({ count: 5, maxEvents: 1 });
  const endings: { end: () => void; fail: (error: Error) => void }[] = [];
  const turn = () => new Promise<string>((resolve, fail) => endings.push({ end: () => resolve("done"), fail }));
  const turns = [seats.takeFor(turn), seats.takeFor(turn)];
  expect(seats.areBehind).toBe(false);
  turns.push(seats.takeFor(turn));
  expect(seats.areBehind).toBe(true);
  endings[0]?.fail(new Error("no"));
  await expect(turns[0]).rejects.toThrow("no");
  expect(seats.areBehind).toBe(false);
  for (const { end } of endings) end();
  expect(await turns[1]).toBe("done");
});

test("those who only wait do not make it behind", () => {
  const seats = new Seats({ count: 4, maxEvents: 1 });
  const never = () => new Promise<never>(() => {});
  for (let turn = 0; turn < 3; turn += 1) void seats.takeFor(never);
  expect([seats.areBehind, seats.startWaiting(), seats.areBehind]).toEqual([true, "one_more", true]);
  expect([seats.startWaiting(), seats.areBehind]).toEqual(["fills_the_house", false]);
  seats.stopWaiting(2);
  expect(seats.areBehind).toBe(true);
});

test.each([
  { count: 10, maxEvents: 3, fullWith: 5 },
  { count: 10, maxEvents: 10, fullWith: 10 },
  { count: 1, maxEvents: 1, fullWith: 1 },
])(
  "of $count seats and requests of $maxEvents, $fullWith who wait are a full house, each time anew",
  ({ fullWith, ...options }) => {
    const seats = new Seats(options);
    const coming = () => Array.from({ length: fullWith }, () => seats.startWaiting());
    const expected = [...Array(fullWith - 1).fill("one_more"), "fills_the_house"];
    expect(coming()).toEqual(expected);
    seats.stopWaiting(fullWith);
    expect(coming()).toEqual(expected);
  },
);
