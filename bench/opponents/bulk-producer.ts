import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { answerRequests } from "../src/stand/helper-process.ts";
import { purchase, SHOPS } from "../src/stand/shops.ts";
import { USUAL_OPTIONS, usualName } from "./usual-job.ts";

/** Either for so many seconds, or so many jobs. */
export interface BulkRequest {
  readonly senders: number;
  readonly seconds?: number;
  readonly jobs?: number;
}

export interface BulkReport {
  readonly jobs: number;
  readonly seconds: number;
}

const [queueName = "", redisUrl = ""] = process.argv.slice(2);
const JOBS_PER_CALL = 500;
const queue = new Queue(queueName, { connection: new Redis(redisUrl), defaultJobOptions: USUAL_OPTIONS });
await queue.waitUntilReady();
let made = 0;

answerRequests<BulkRequest, BulkReport>(async ({ senders, seconds = Number.POSITIVE_INFINITY, jobs: wanted }) => {
  const beganAt = performance.now();
  const until = beganAt + seconds * 1_000;
  const target = wanted ?? Number.POSITIVE_INFINITY;
  let jobs = 0;
  const sender = async () => {
    while (jobs < target && performance.now() < until) {
      const size = Math.min(JOBS_PER_CALL, target - jobs);
      jobs += size;
      await queue.addBulk(Array.from({ length: size }, () => ({ name: usualName, data: nextPurchase() })));
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return { jobs, seconds: (performance.now() - beganAt) / 1_000 };
});

function nextPurchase(): object {
  const shop = SHOPS[made % SHOPS.length];
  if (shop === undefined) throw new Error("there is no shop");
  made += 1;
  return purchase(shop, queueName, made);
}
