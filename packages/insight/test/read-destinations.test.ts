import { afterAll, beforeAll, expect, test } from "vitest";
import { readDestinations } from "../src/index.ts";
import { hoursAgo, openInsight, worth } from "./an-insight.ts";

let world: Awaited<ReturnType<typeof openInsight>>;
beforeAll(async () => {
  world = await openInsight();
});
afterAll(() => world.drop());

test("destinations in trouble come first, with what waits for them and why", async () => {
  const now = new Date();
  await world.account({ id: "well", wabaId: "10001", name: "A well one" });
  const paused = await world.account({ id: "paused", wabaId: "10002", name: "B paused" });
  await world.account({ id: "unclear", wabaId: "10003", name: "C unclear" });
  await world.accounts.pause(paused, "meta_token_invalid", now);
  await world.accounts.markUnclear("unclear", now);
  await world.stored({ accountId: "paused", status: "held", reason: "meta_token_invalid", details: worth(50) });
  await world.stored({ accountId: "paused", status: "waiting_click", reason: "no_click_yet", details: worth(5) });
  await world.count();
  const destinations = await readDestinations(world, new Date(now.getTime() + 73 * 3_600_000));
  expect(destinations.map(({ accountId, health }) => [accountId, health])).toEqual([
    ["paused", "paused"],
    ["unclear", "careful"],
    ["well", "healthy"],
  ]);
  expect(destinations[0]).toMatchObject({
    pausedReason: "meta_token_invalid",
    explanation: expect.stringContaining("access token"),
    pausedAt: now,
    tokenAgeDays: 3,
    held: { count: 1, values: [{ currency: "BRL", value: 50 }] },
    standing: { count: 2, values: [{ currency: "BRL", value: 55 }] },
  });
});

test("nothing of a token is in what an operator sees", async () => {
  expect(JSON.stringify(await readDestinations(world, hoursAgo(0)))).not.toMatch(/sealedToken|k1:/);
});
