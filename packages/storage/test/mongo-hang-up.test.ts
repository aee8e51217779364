import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "./a-database.ts";

/** The parts of the driver that our patch is about; it shows them to nobody. */
interface DriverInside {
  readonly topology: { readonly s: { readonly servers: Map<string, { readonly monitor: Monitor }> } };
}
interface Monitor {
  readonly connection: { readonly socket: Socket } | null;
  requestCheck(): void;
}

/** The driver looks at its server no more often than this. */
const BETWEEN_CHECKS_MS = 600;

test("a look at the server whose connection goes in that very moment fails, and the next one finds the server again", async () => {
  const { mongo, drop } = await openDatabase();
  onTestFinished(drop);
  const client = mongo.collections.events.db.getClient();
  const [server] = [...(client as unknown as DriverInside).topology.s.servers.values()];
  if (server === undefined) throw new Error("the driver knows no server");
  await expect.poll(() => server.monitor.connection).not.toBeNull();
  await sleep(BETWEEN_CHECKS_MS);

  const failed = once(client, "serverHeartbeatFailed");
  // The socket is gone, and its `close` is still to come: what is written now is never sent, and nobody says so.
  server.monitor.connection?.socket.destroy();
  server.monitor.requestCheck();
  await failed;
  await once(client, "serverHeartbeatSucceeded");
  expect(await mongo.native.leases.findOne({})).toBeNull();
});
