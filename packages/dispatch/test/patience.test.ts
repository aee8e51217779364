import { expect, test } from "vitest";
import { Patience } from "../src/patience.ts";

const never = new Promise<void>(() => {});

test("work that ends is waited for, and its failure is passed on", async () => {
  const patience = new Patience(60_000);
  const seen: string[] = [];
  await patience.with(Promise.resolve().then(() => void seen.push("done")));
  expect(seen).toEqual(["done"]);
  await expect(patience.with(Promise.reject(new Error("away")))).rejects.toThrow("away");
});

test("work that never ends is let go, for everybody of the moment and for those who come later", async () => {
  const patience = new Patience(120);
  await Promise.all([patience.with(never), patience.with(never)]);
  await patience.with(never);
  // The later one had a time of its own: the first ending was over when it came.
  await expect(patience.with(Promise.resolve())).resolves.toBeUndefined();
});
