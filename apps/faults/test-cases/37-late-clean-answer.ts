import { expect, test } from "vitest";
import { SCENARIOS } from "../src/planted/scenarios.ts";

test("37: a clean 200 after the lease lapsed is recorded, and the event is not sent again", async () => {
  expect(await SCENARIOS.answer_after_the_lease()).toEqual([]);
});
