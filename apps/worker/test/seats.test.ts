import { expect, test } from "vitest";
import { Seats } from "../src/seats.ts";

test("a seat is taken while its turn is under way, and free again however that ends", async () => {
  const seats = new Seats(5);
  const endings: { end: () => void; fail: (error: Error) => void }[] = [];
  const turn = () => new Promise<string>((resolve, fail) => endings.push({ end: () => resolve("done"), fail }));
  const turns = [seats.takeFor(turn), seats.takeFor(turn)];
  expect([seats.halfOfAll, seats.taken]).toEqual([3, 2]);
  turns.push(seats.takeFor(turn));
  expect(seats.taken).toBe(3);
  endings[0]?.fail(new Error("no"));
  await expect(turns[0]).rejects.toThrow("no");
  expect(seats.taken).toBe(2);
  for (const { end } of endings) end();
  expect([await turns[1], await turns[2], seats.taken]).toEqual(["done", "done", 0]);
});
