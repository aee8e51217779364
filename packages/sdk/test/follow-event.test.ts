import { expect, test } from "vitest";
import type { EventStatus } from "../src/index.ts";
import { answer, aServer, refusal, reset } from "./a-server.ts";

const story = (status: EventStatus, attempts = 0) =>
  answer(200, { id: "abc", status, reason: null, attempts: Array(attempts).fill({}) });

test("an event is followed to its ending, and each change is told once", async () => {
  const { client, seen } = await aServer(
    story("queued"),
    story("queued"),
    story("retry_scheduled", 1),
    story("retry_scheduled", 2),
    story("delivered", 3),
  );
  const told: string[] = [];
  const followed = await client().conversions.waitUntilSettled("abc", {
    onChange: ({ status, attempts }) => told.push(`${status} ${attempts.length}`),
  });
  expect(followed).toMatchObject({ settled: true, story: { status: "delivered" } });
  expect(told).toEqual(["queued 0", "retry_scheduled 1", "retry_scheduled 2", "delivered 3"]);
  expect(seen).toHaveLength(5);
});

test("time ends the wait, not the event: the last story comes back unsettled", async () => {
  const { client } = await aServer(story("waiting_click"));
  const followed = await client().conversions.waitUntilSettled("abc", { timeoutMs: 400 });
  expect(followed).toMatchObject({ settled: false, story: { status: "waiting_click" } });
});

test("it is asked less and less often", async () => {
  const { client, seen } = await aServer(story("queued"));
  await client().conversions.waitUntilSettled("abc", { timeoutMs: 1_500 });
  const gaps = seen.slice(1).map(({ at }, index) => at - (seen[index]?.at ?? 0));
  // The last one is cut short by the end of the time.
  expect(gaps.length).toBeLessThan(8);
  expect(gaps.at(-2) ?? 0).toBeGreaterThan((gaps[0] ?? 0) * 1.5);
});

test("a relay that is away for a moment does not end the following; an unknown id does", async () => {
  const { client } = await aServer(story("queued"), reset, story("skipped"));
  const followed = await client({ retries: 0 }).conversions.waitUntilSettled("abc");
  expect(followed.story.status).toBe("skipped");
  const unknown = await aServer(refusal(404, "conversion_not_found"));
  await expect(unknown.client().conversions.waitUntilSettled("abc")).rejects.toMatchObject({ status: 404 });
});

test("an abort ends it with the caller's reason", async () => {
  const { client } = await aServer(story("queued"));
  const following = client().conversions.waitUntilSettled("abc", { signal: AbortSignal.timeout(200) });
  await expect(following).rejects.toMatchObject({ name: "TimeoutError" });
});
