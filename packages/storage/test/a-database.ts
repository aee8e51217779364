import { randomBytes } from "node:crypto";
import { uniquePrefix, withDatabase } from "@capi-relay/local-services";
import { KeyRing } from "@capi-relay/vault";
import { inject } from "vitest";
import { MongoConnection, migrate } from "../src/index.ts";

/** For processes that a test starts. */
export const ENCRYPTION_KEYS = `k1:${randomBytes(32).toString("base64")}`;
export const vault = KeyRing.parse(ENCRYPTION_KEYS);

/** A migrated database of the test's own on the shared server, and how to drop it again. */
export async function openDatabase(): Promise<{
  mongo: MongoConnection;
  uri: string;
  drop: () => Promise<void>;
}> {
  const uri = withDatabase(inject("mongoUri"), uniquePrefix());
  const mongo = await new MongoConnection(uri, {
    appName: "test",
  }).connected();
  await migrate(mongo);
  return {
    mongo,
    uri,
    drop: async () => {
      await mongo.native.events.db?.dropDatabase();
      await mongo.close();
    },
  };
}
