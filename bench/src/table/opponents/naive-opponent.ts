import { withDatabase } from "@capi-relay/local-services";
import { Queue } from "bullmq";
import type { BulkReport, BulkRequest } from "../../../opponents/bulk-producer.ts";
import type { KnownContact } from "../../../opponents/meta-event.ts";
import { type Drainer, timeDrain } from "../../drains/drain-clock.ts";
import { HelperProcess } from "../../stand/helper-process.ts";
import { cpuMsOf } from "../../stand/process-usage.ts";
import type { Servers } from "../../stand/servers.ts";
import { type BenchShop, TOKEN } from "../../stand/shops.ts";
import { contactsOf } from "./contacts-of.ts";

/** As people set it. */
export const NAIVE_CONCURRENCY = 50;

/** The hand-written worker with a queue, a database and a producer of its own. */
export async function startNaiveOpponent(
  servers: Servers,
  shops: readonly BenchShop[],
  concurrency: number,
): Promise<Drainer> {
  const name = `naive-${concurrency}`;
  const { redisUrl, graphUrl } = servers;
  const mongoUri = withDatabase(servers.mongoUri, name);
  await servers.mongo
    .useDb(name, { useCache: true })
    .collection<KnownContact>("contacts")
    .insertMany(shops.flatMap(contactsOf));
  const worker = await HelperProcess.start<object, number>(
    new URL("../../../opponents/naive-worker.ts", import.meta.url),
    [name, String(concurrency), redisUrl, mongoUri, graphUrl, TOKEN],
  );
  const producer = await HelperProcess.start<BulkRequest, BulkReport>(
    new URL("../../../opponents/bulk-producer.ts", import.meta.url),
    [name, redisUrl],
  );
  const queue = new Queue(name, { connection: servers.redis });
  let sent = 0;
  return {
    drain: async (events) => {
      await queue.pause();
      await producer.ask({ senders: 2, jobs: events });
      const rate = await timeDrain({
        queues: [queue],
        start: () => queue.resume(),
        jobs: events,
        cpuMs: () => ({ worker: cpuMsOf(worker.pid), ...servers.cpuMs() }),
      });
      sent += events;
      const delivered = await worker.ask({});
      if (delivered !== sent) throw new Error(`the hand-written worker delivered ${delivered} of ${sent}`);
      return rate;
    },
    stop: async () => {
      await queue.close();
      await Promise.all([worker.stop(), producer.stop()]);
    },
  };
}
