import { randomBytes } from "node:crypto";
import { uniquePrefix, withDatabase } from "@capi-relay/local-services";
import { KeyRing } from "@capi-relay/vault";
import { inject } from "vitest";
import { MongoConnection, migrate } from "../src/index.ts";

export const vault = KeyRing.parse(`k1:${randomBytes(32).toString("base64")}`);

/** A migrated database of the test's own on the shared server, and how to drop it again. */
export async function openDatabase(): Promise<{ mongo: MongoConnection; drop: () => Promise<void> }> {
  const mongo = await new MongoConnection(withDatabase(inject("mongoUri"), uniquePrefix()), {
    appName: "test",
  }).connected();
  await migrate(mongo);
  return {
    mongo,
    drop: async () => {
      await mongo.native.events.db?.dropDatabase();
      await mongo.close();
    },
  };
}
