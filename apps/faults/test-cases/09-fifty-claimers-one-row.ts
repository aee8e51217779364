import { randomBytes } from "node:crypto";
import { startMongo, uniquePrefix, withDatabase } from "@capi-relay/local-services";
import { EventLedger, MongoConnection, migrate } from "@capi-relay/storage";
import { KeyRing } from "@capi-relay/vault";
import { expect, onTestFinished, test } from "vitest";
import { aLedgerEvent } from "../src/a-ledger-event.ts";

test("9: of fifty claimers of one row one wins", async () => {
  const server = await startMongo({ own: true });
  onTestFinished(() => server.stop());
  const mongo = await new MongoConnection(withDatabase(server.uri, uniquePrefix()), { appName: "faults" }).connected();
  onTestFinished(() => mongo.close());
  await migrate(mongo);
  const vault = KeyRing.parse(`k1:${randomBytes(32).toString("base64")}`);
  const claimers = Array.from({ length: 50 }, () => new EventLedger(mongo, vault));
  for (let round = 0; round < 5; round += 1) {
    const event = aLedgerEvent("shop-9", `order-${round}`);
    await claimers[0]?.accept(event);
    const wins = await Promise.all(
      claimers.map(async (ledger, at) => {
        // Half of them at the same moment, the others while the winner would be sending.
        if (at >= 25) await new Promise((resolve) => setTimeout(resolve, at));
        return ledger.claim([event], `token-${at}`, 6_000, new Date());
      }),
    );
    expect(wins.filter((won) => won.has(event.id)).length).toBe(1);
  }
});
