import { expect, test } from "vitest";
import { Seats } from "../src/seats.ts";

test("half of the seats are taken while so many turns are under way, and free again however those end", async () => {
  const seats = new Seats(5);
  const endings: { end: () => void; fail: (error: Error) => void }[] = [];
  const turn = () => new Promise<string>((resolve, fail) => endings.push({ end: () => resolve("done"), fail }));
  const turns = [seats.takeFor(turn), seats.takeFor(turn)];
  expect([seats.halfOfAll, seats.areHalfTaken]).toEqual([3, false]);
  turns.push(seats.takeFor(turn));
  expect(seats.areHalfTaken).toBe(true);
  endings[0]?.fail(new Error("no"));
  await expect(turns[0]).rejects.toThrow("no");
  expect(seats.areHalfTaken).toBe(false);
  for (const { end } of endings) end();
  expect(await turns[1]).toBe("done");
});
