import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { answerRequests } from "../src/stand/helper-process.ts";

const [queue = "", prefix = "", concurrency = "", redisUrl = ""] = process.argv.slice(2);

/** Takes jobs and does nothing with them. Retention is the relay's, so that Redis does the same work for both. */
const worker = new Worker(queue, async () => ({ status: "delivered", reason: null }), {
  connection: new Redis(redisUrl, { maxRetriesPerRequest: null }),
  prefix,
  concurrency: Number(concurrency),
  removeOnComplete: { age: 3_600, count: 1_000 },
});
worker.on("error", (error) => process.stderr.write(`${error.message}\n`));
await worker.waitUntilReady();
answerRequests(async () => null);
