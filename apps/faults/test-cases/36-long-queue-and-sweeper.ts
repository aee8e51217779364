import { expect, test } from "vitest";
import { SCENARIOS } from "../src/planted/scenarios.ts";

test("36: events that wait in a long queue while the sweeper runs have one job each", async () => {
  expect(await SCENARIOS.long_queue()).toEqual([]);
});
