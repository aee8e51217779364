import { describe, expect, test, vi } from "vitest";
import { type DeliveryJobData, type JobEnding, jobIdOf, readJobData } from "../src/index.ts";
import { aJob, openQueue, startWorker, type TestQueue } from "./a-queue.ts";

const DELIVERED: JobEnding = { kind: "completed", status: "delivered", reason: null };
const hashOf = ({ redis, prefix }: TestQueue, job: DeliveryJobData) =>
  redis.hgetall(`${prefix}:conversions:${jobIdOf(job)}`);

/** Everything of this queue in Redis, whatever its kind, as one text. */
async function everythingIn({ redis, prefix }: TestQueue): Promise<string> {
  const keys = await redis.keys(`${prefix}:*`);
  const dumps = await Promise.all(
    keys.map(async (key) => {
      const kind = await redis.type(key);
      if (kind === "hash") return redis.hgetall(key);
      if (kind === "stream") return redis.xrange(key, "-", "+");
      if (kind === "zset") return redis.zrange(key, 0, "-1");
      return kind === "list" ? redis.lrange(key, 0, -1) : redis.get(key);
    }),
  );
  return JSON.stringify([keys, dumps]);
}

describe("adding", () => {
  test("puts ids into Redis, and nothing else of whoever hands in more", async () => {
    const place = openQueue();
    const job = { ...aJob(), contact: { phoneKey: "canary-phone" }, personal: { em: "canary-mail" } };
    await place.queue.add(job);
    const { data, name, ...rest } = await hashOf(place, job);
    expect(JSON.parse(data ?? "")).toEqual({ id: job.id, generation: 0 });
    expect(name).toBe("LeadSubmitted");
    for (const [field, value] of Object.entries({ data, ...rest }))
      expect(Buffer.byteLength(value ?? ""), field).toBeLessThanOrEqual(64);
    expect(await everythingIn(place)).not.toContain("canary");
  });

  test("twice makes one job, also at the same moment and when the second is due at another time", async () => {
    const { queue } = openQueue();
    const job = aJob();
    await Promise.all([queue.add(job), queue.add(job)]);
    await queue.add({ ...job, dueAt: new Date(Date.now() + 60_000) });
    expect(await queue.bullQueues.fast.getJobCounts("waiting", "delayed")).toMatchObject({ waiting: 1, delayed: 0 });
  });

  test("another life of the same event is another job", async () => {
    const { queue } = openQueue();
    const job = aJob();
    await Promise.all([queue.add(job), queue.add({ ...job, generation: 1 })]);
    expect((await queue.bullQueues.fast.getJobCounts("waiting"))["waiting"]).toBe(2);
  });

  test("2,500 at once all arrive", async () => {
    const { queue } = openQueue();
    await Promise.all(Array.from({ length: 2_500 }, () => queue.add(aJob())));
    expect((await queue.bullQueues.fast.getJobCounts("waiting"))["waiting"]).toBe(2_500);
  });

  test("one that is due later waits for its time", async () => {
    const { queue } = openQueue();
    await queue.add(aJob({ dueAt: new Date(Date.now() + 3_600_000) }));
    expect((await queue.bullQueues.fast.getJobCounts("delayed"))["delayed"]).toBe(1);
  });

  test.each(["e0000000000000000000000", "e__________-----------0", "e1234567890123456789012"])(
    "%s is an id BullMQ takes",
    async (id) => {
      const { queue } = openQueue();
      await queue.add(aJob({ id }));
      expect(await queue.placeOf({ id, generation: 0 })).toBe("underway");
    },
  );
});

describe("the place of a job", () => {
  test("is told for waiting, delayed, active, finished and forgotten ones", async () => {
    const { queue, prefix } = openQueue();
    const [now, later, unknown] = [aJob(), aJob({ dueAt: new Date(Date.now() + 3_600_000) }), aJob()];
    await Promise.all([queue.add(now), queue.add(later)]);
    expect([await queue.placeOf(now), await queue.placeOf(later)]).toEqual(["underway", "underway"]);
    expect(await queue.placeOf(unknown)).toBe("missing");

    let finish = (_ending: JobEnding): void => {};
    const deliver = vi.fn(() => new Promise<JobEnding>((resolve) => (finish = resolve)));
    startWorker(prefix, deliver);
    await vi.waitFor(() => expect(deliver).toHaveBeenCalled());
    expect(await queue.placeOf(now)).toBe("underway");
    finish({ kind: "failed", status: "rejected", reason: "meta_invalid_event_type" });
    await expect.poll(() => queue.placeOf(now)).toBe("finished");
    await queue.forget(now);
    expect(await queue.placeOf(now)).toBe("missing");
    await queue.forget(unknown);
  });
});

test("jobs are counted by lane and state", async () => {
  const { queue } = openQueue();
  await queue.add(aJob());
  await queue.add(aJob());
  await queue.add({ ...aJob(), dueAt: new Date(Date.now() + 60_000) });
  const { fast, slow, alone } = await queue.countJobs();
  expect(fast).toEqual({ waiting: 2, active: 0, delayed: 1, completed: 0, failed: 0 });
  expect([slow["waiting"], alone["waiting"]]).toEqual([0, 0]);
});

describe("a job among very many", () => {
  test("is found without looking through the list of those that wait, which a large backlog makes long", async () => {
    const { queue, redis, prefix } = openQueue();
    const job = aJob();
    await queue.add(job);
    await redis.del(`${prefix}:conversions:wait`);
    expect([await queue.placeOf(job), await queue.isWaiting(job, "fast")]).toEqual(["underway", true]);
  });

  test("waits until a worker takes it, and only in its own lane", async () => {
    const { queue, prefix } = openQueue();
    const [job, elsewhere] = [aJob(), aJob()];
    await Promise.all([queue.add(job), queue.add(elsewhere, "slow")]);
    expect([await queue.isWaiting(job, "fast"), await queue.isWaiting(elsewhere, "fast")]).toEqual([true, false]);
    let finish = (_ending: JobEnding): void => {};
    const deliver = vi.fn(() => new Promise<JobEnding>((resolve) => (finish = resolve)));
    startWorker(prefix, deliver);
    await vi.waitFor(() => expect(deliver).toHaveBeenCalled());
    expect(await queue.isWaiting(job, "fast")).toBe(false);
    finish(DELIVERED);
  });
});

describe("a turn", () => {
  test("that ends well leaves status and reason, and nothing else", async () => {
    const place = openQueue();
    const job = aJob();
    await place.queue.add(job);
    startWorker(place.prefix, async () => ({ kind: "completed", status: "skipped", reason: "no_ctwa_clid" }));
    await expect.poll(() => place.queue.placeOf(job)).toBe("finished");
    const hash = await hashOf(place, job);
    expect(JSON.parse(hash["returnvalue"] ?? "")).toEqual({ status: "skipped", reason: "no_ctwa_clid" });
    for (const [field, value] of Object.entries(hash)) expect(Buffer.byteLength(value), field).toBeLessThanOrEqual(64);
  });

  test("that fails shows up among the failed with status and reason, and without a stack", async () => {
    const place = openQueue();
    const job = aJob();
    await place.queue.add(job);
    startWorker(place.prefix, async () => ({ kind: "failed", status: "rejected", reason: "meta_invalid_event_type" }));
    await expect.poll(() => place.queue.bullQueues.fast.getFailedCount()).toBe(1);
    const hash = await hashOf(place, job);
    expect(hash["failedReason"]).toBe("rejected: meta_invalid_event_type");
    expect(JSON.stringify(hash)).not.toMatch(/at .*\.ts|file:|\/packages\//);
    for (const [field, value] of Object.entries(hash)) expect(Buffer.byteLength(value), field).toBeLessThanOrEqual(64);
  });

  test("that says later is taken up again then, as the same job", async () => {
    const { queue, prefix } = openQueue();
    const job = aJob();
    await queue.add(job);
    const dueAt = new Date(Date.now() + 300);
    const startedAt: number[] = [];
    startWorker(prefix, async () => {
      startedAt.push(Date.now());
      return startedAt.length === 1 ? { kind: "later", dueAt } : DELIVERED;
    });
    await expect.poll(() => queue.placeOf(job), { timeout: 5_000 }).toBe("finished");
    expect(startedAt).toHaveLength(2);
    expect(startedAt[1]).toBeGreaterThanOrEqual(dueAt.getTime());
    expect((await queue.bullQueues.fast.getJobCounts("completed"))["completed"]).toBe(1);
  });

  test("that says later for long rests among the delayed and holds up nobody", async () => {
    const { queue, prefix } = openQueue();
    const [slow, quick] = [aJob(), aJob()];
    startWorker(prefix, async ({ id }) =>
      id === slow.id ? { kind: "later", dueAt: new Date(Date.now() + 3_600_000) } : DELIVERED,
    );
    await queue.add(slow);
    await expect.poll(async () => (await queue.bullQueues.fast.getJobCounts("delayed"))["delayed"]).toBe(1);
    await queue.add(quick);
    await expect.poll(() => queue.placeOf(quick)).toBe("finished");
  });

  test("of a job whose data Redis lost fails, and is not handed on", async () => {
    const place = openQueue();
    await place.queue.bullQueues.fast.add("LeadSubmitted", {} as DeliveryJobData, { jobId: "e-lost_0" });
    const deliver = vi.fn(async () => DELIVERED);
    startWorker(place.prefix, deliver);
    await expect.poll(() => place.queue.bullQueues.fast.getFailedCount()).toBe(1);
    expect(deliver).not.toHaveBeenCalled();
  });

  test("that is in work ends before its worker is closed", async () => {
    const { queue, prefix } = openQueue();
    const job = aJob();
    await queue.add(job);
    let finish = (_ending: JobEnding): void => {};
    const deliver = vi.fn(() => new Promise<JobEnding>((resolve) => (finish = resolve)));
    const worker = startWorker(prefix, deliver);
    await vi.waitFor(() => expect(deliver).toHaveBeenCalled());
    const closed = worker.close();
    finish(DELIVERED);
    await closed;
    expect(await queue.placeOf(job)).toBe("finished");
  });
});

test.each([null, undefined, "e1_0", {}, { id: "e1" }, { id: 1, generation: 0 }, { id: "e1", generation: 0.5 }])(
  "%j is not job data",
  (data) => expect(readJobData(data)).toBeNull(),
);
