/** `pnpm bench:console`: fills a ledger and times every page of the dashboard, with the plan of each query. */

import { randomBytes } from "node:crypto";
import { withDatabase } from "@capi-relay/local-services";
import { MongoConnection, migrate } from "@capi-relay/storage";
import { KeyRing, LookupKeys } from "@capi-relay/vault";
import { runProgram } from "../program/run-program.ts";
import type { Servers } from "../stand/servers.ts";
import { withServers } from "../stand/with-stand.ts";
import { type ConsoleFlags, readFlags, USAGE } from "./console-flags.ts";
import type { Surroundings } from "./console-stack.ts";
import { measureCost } from "./duty-cost.ts";
import { fillBusyHistory } from "./history/fill-busy-history.ts";
import { measureConsole } from "./measure-console.ts";
import { LIMIT_MS } from "./measure-pages.ts";

await runProgram({ usage: USAGE, readFlags, run: (flags) => timeConsole(flags, linesWithClock()) });

function linesWithClock(): (line: string) => void {
  const beganAt = performance.now();
  const elapsed = () => ((performance.now() - beganAt) / 1_000).toFixed(0).padStart(5);
  return (line) => void process.stdout.write(`${elapsed()} s  ${line}\n`);
}

type Say = ReturnType<typeof linesWithClock>;

/** Resolves with whether every page passes. */
async function timeConsole({ events, requests, only, cost }: ConsoleFlags, say: Say): Promise<boolean> {
  return withServers(say, async (servers) => {
    const encryptionKeys = `bench:${randomBytes(32).toString("base64")}`;
    const lookupKey = randomBytes(24).toString("hex");
    const { folder, redisUrl, graphUrl } = servers;
    const mongoUri = withDatabase(servers.mongoUri, "console");
    const around: Surroundings = { folder, mongoUri, redisUrl, graphUrl, encryptionKeys, lookupKey };
    const mongo = await new MongoConnection(mongoUri, { appName: "bench" }).connected();
    try {
      await migrate(mongo);
      const place = { mongo, vault: KeyRing.parse(encryptionKeys), lookupKeys: new LookupKeys(Buffer.from(lookupKey)) };
      await fillBusyHistory(place, events, new Date(), say);
      const db = servers.mongo.useDb("console").getClient().db("console");
      const faults = await measureConsole({ around, mongo, db, cpuMs: servers.cpuMs, requests, only, say });
      if (cost) await tellCost(around, mongo, servers.cpuMs, say);
      for (const { what, fault } of faults) say(`${what}: ${fault}`);
      say(faults.length === 0 ? `Every page answers within ${LIMIT_MS} ms.` : `${faults.length} pages do not pass.`);
      return faults.length === 0;
    } finally {
      await mongo.close();
    }
  });
}

async function tellCost(
  around: Surroundings,
  mongo: MongoConnection,
  cpuMs: Servers["cpuMs"],
  say: Say,
): Promise<void> {
  say("what it costs beside deliveries, in parts of one core:");
  for (const { what, ...parts } of await measureCost(around, mongo, cpuMs))
    say(
      `${what}: ${Object.entries(parts)
        .map(([name, part]) => `${name} ${(part * 100).toFixed(1)} %`)
        .join(", ")}`,
    );
}
