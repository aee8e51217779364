import { expect, test } from "vitest";
import { RandomPool } from "../src/random-pool.ts";

test("no value is handed out twice, and none changes afterwards, however many are drawn", () => {
  const pool = new RandomPool(12);
  const drawn = Array.from({ length: 5_000 }, () => pool.draw());
  const atFirst = drawn.map((value) => value.toString("hex"));
  expect(new Set(atFirst).size).toBe(5_000);
  expect(drawn.every((value) => value.length === 12)).toBe(true);
  pool.draw().fill(0);
  expect(drawn.map((value) => value.toString("hex"))).toEqual(atFirst);
});
