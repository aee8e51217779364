import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { REPOSITORY } from "../src/app-process.ts";
import { placesOf } from "../src/planted/plant.ts";
import { PLANTS } from "../src/planted/plants.ts";

// The planted run itself takes minutes: what it changes must not move away from it unnoticed meanwhile.
test.each(PLANTS)("the planted fault '$name' still fits the code at one place", async ({ file, replace }) => {
  expect(placesOf(replace, await readFile(join(REPOSITORY, file), "utf8"))).toBe(1);
});
