import { setTimeout as sleep } from "node:timers/promises";
import type { MongoConnection } from "@capi-relay/storage";
import { cpuMsOf } from "../stand/process-usage.ts";
import type { Servers } from "../stand/servers.ts";
import { type Surroundings, startDashboard, startWorker } from "./console-stack.ts";

/** Processor time of MongoDB, the worker and the dashboard, in parts of one core. */
export interface CoreShare {
  readonly what: string;
  readonly mongo: number;
  readonly worker: number;
  readonly dashboard: number;
}

const MEASURED_MS = 60_000;
/** The overview refreshes itself this often. */
const POLL_MS = 20_000;
/** Endings a second that the duties have something to count of. */
const ENDINGS_PER_SECOND = 10;

/**
 * What the console costs beside deliveries: first nothing but endings coming in, then the duties too, then two
 * operators looking on.
 */
export async function measureCost(
  around: Surroundings,
  mongo: MongoConnection,
  cpuMs: Servers["cpuMs"],
): Promise<CoreShare[]> {
  const shares: CoreShare[] = [];
  const stopEndings = await keepEnding(mongo);
  const measured = async (what: string, workerPid?: number, dashboardPid?: number) => {
    const usage = () => ({ mongo: cpuMs().mongo, worker: cpuMsOf(workerPid), dashboard: cpuMsOf(dashboardPid) });
    const before = usage();
    await sleep(MEASURED_MS);
    const after = usage();
    const share = (part: keyof typeof before) => (after[part] - before[part]) / MEASURED_MS;
    shares.push({ what, mongo: share("mongo"), worker: share("worker"), dashboard: share("dashboard") });
  };
  try {
    await measured("endings alone");
    const worker = await startWorker(around, "cost");
    try {
      await sleep(POLL_MS);
      await measured("and a worker with its duties", worker.pid);
      const { app, visitor } = await startDashboard(around, "cost");
      const poll = setInterval(() => void visitor.open({ path: "/?period=30d" }), POLL_MS / 2);
      try {
        await measured("and two people at the overview", worker.pid, app.pid);
      } finally {
        clearInterval(poll);
        await app.stop();
      }
    } finally {
      await worker.stop();
    }
  } finally {
    await stopEndings();
  }
  return shares;
}

/** What an earlier run may have left behind, too. */
const OF_THE_BENCH = { _id: { $gte: "ecost", $lt: "ecosu" } };

/** Rows that have ended just now, so that the running hour has to be counted again and again. */
async function keepEnding({ native: { events } }: MongoConnection): Promise<() => Promise<void>> {
  const model = await events.findOne({ status: "delivered" }, { hint: "listed" });
  if (model === null) throw new Error("The history has no event that was delivered.");
  let inserting: Promise<unknown> = Promise.resolve();
  let number = 0;
  await events.deleteMany(OF_THE_BENCH);
  const timer = setInterval(() => {
    const at = new Date();
    const rows = Array.from({ length: ENDINGS_PER_SECOND }, () => {
      number += 1;
      return { ...model, _id: `ecost${number}`.padEnd(23, "x"), acceptedAt: at, endedAt: at };
    });
    inserting = events.insertMany(rows);
  }, 1_000);
  return async () => {
    clearInterval(timer);
    await inserting;
    await events.deleteMany(OF_THE_BENCH);
  };
}
