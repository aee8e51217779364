import type { Stack } from "@capi-relay/local-stack";
import { clearSampleHistory, samplePhone, seedSampleHistory } from "@capi-relay/sample-history";
import { AccountStore, MongoConnection, migrate } from "@capi-relay/storage";
import { KeyRing, LookupKeys } from "@capi-relay/vault";

/** Any number would do; this one makes the same history on every machine. */
const SEED = 42;

/** Fills the running stack with 30 days that never were; 0 events takes them out again. */
export async function plantSampleHistory(stack: Stack, count: number, say: (line: string) => void): Promise<void> {
  const startedAt = performance.now();
  const mongo = new MongoConnection(stack.mongoUri, { appName: "capi-relay-dev" });
  try {
    await migrate(await mongo.connected());
    if (count === 0) {
      await clearSampleHistory(mongo);
      say("the sample history is gone");
      return;
    }
    const lookupKeys = new LookupKeys(Buffer.from(stack.secrets.LOOKUP_KEY));
    await seedSampleHistory({
      mongo,
      accounts: new AccountStore(mongo, KeyRing.parse(stack.secrets.ENCRYPTION_KEYS)),
      count,
      seed: SEED,
      now: new Date(),
      phoneKeyOf: (digits) => lookupKeys.phone(digits),
      onProgress: tellNowAndThen(count, say),
    });
  } finally {
    await mongo.close();
  }
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  say(
    `${count.toLocaleString("en")} sample events of the last 30 days, in ${seconds} s; a phone number among them: ${samplePhone(1)}`,
  );
}

function tellNowAndThen(count: number, say: (line: string) => void): (inserted: number) => void {
  let told = 0;
  return (inserted) => {
    if (inserted - told < count / 10) return;
    told = inserted;
    say(`sample history: ${inserted.toLocaleString("en")} of ${count.toLocaleString("en")} events`);
  };
}
