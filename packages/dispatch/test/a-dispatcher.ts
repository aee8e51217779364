import { uniquePrefix } from "@capi-relay/local-services";
import { ConversionQueue, LANES } from "@capi-relay/queue";
import { closeRedis, connectRedisProducer, createLogger } from "@capi-relay/runtime";
import { AccountStore, CachedAccounts, EventLedger, EventLives } from "@capi-relay/storage";
import { openDatabase, vault } from "@capi-relay/storage/builders";
import { inject } from "vitest";
import { Decisions, Dispatcher, RestingEvents } from "../src/index.ts";

/** A dispatcher, and what leans on it, on a database and a queue of its own. `redisUrl` may point to nobody. */
export async function openDispatcher(redisUrl = inject("redisUrl"), crowdAt = 5_000) {
  const { mongo, uri, drop } = await openDatabase();
  const redis = connectRedisProducer(redisUrl, createLogger({ name: "test", level: "silent" }));
  const prefix = uniquePrefix();
  const queue = new ConversionQueue({ redis, prefix }, () => {});
  const ledger = new EventLedger(mongo, vault);
  const lives = new EventLives(mongo, vault);
  const accounts = new AccountStore(mongo, vault);
  const queueTroubles: unknown[] = [];
  const now = () => new Date();
  const dispatcher = new Dispatcher({
    ledger,
    queue,
    accounts: new CachedAccounts(accounts),
    onQueueAway: (error) => queueTroubles.push(error),
    now,
    crowdAt,
  });
  const resting = new RestingEvents({ lives, dispatcher, now });
  const decisions = new Decisions({ ledger, lives, dispatcher, now });
  return {
    mongo,
    uri,
    prefix,
    queue,
    ledger,
    lives,
    accounts,
    dispatcher,
    resting,
    decisions,
    queueTroubles,
    close: async () => {
      if (redis.status === "ready") for (const lane of LANES) await queue.bullQueues[lane].obliterate({ force: true });
      await queue.close();
      await closeRedis(redis);
      await drop();
    },
  };
}
