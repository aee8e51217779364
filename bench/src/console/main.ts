import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { withDatabase } from "@capi-relay/local-services";
import { MongoConnection, migrate } from "@capi-relay/storage";
import { KeyRing, LookupKeys } from "@capi-relay/vault";
import { type Servers, startServers } from "../stand/servers.ts";
import { fillBusyHistory } from "./busy-history.ts";
import type { Surroundings } from "./console-stack.ts";
import { measureCost } from "./duty-cost.ts";
import { measureConsole } from "./measure-console.ts";
import { LIMIT_MS } from "./measure-pages.ts";

const USAGE = `Fills a ledger and times every page of the dashboard, with the plan of each query.

  pnpm bench:console [--events <n>] [--requests <n>] [--only <words>] [--cost] [--help]

  --events <n>    events in the ledger; 1000000 unless said otherwise, which take ten minutes or more to fill in
  --requests <n>  visits to each page; 15 unless said otherwise
  --only <words>  only pages whose line holds these words
  --cost          also what the console takes from deliveries, in four minutes more

Exits 1 if a page takes more than 300 ms at the median or reads a whole collection.
`;

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    requests: { type: "string", default: "15" },
    only: { type: "string", default: "" },
    cost: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const events = Number(values.events);
const requests = Number(values.requests);
const beganAt = performance.now();
const say = (line: string) =>
  process.stdout.write(`${((performance.now() - beganAt) / 1_000).toFixed(0).padStart(5)} s  ${line}\n`);

if (values.help) process.stdout.write(USAGE);
else if (!Number.isInteger(events) || events < 1_000 || !Number.isInteger(requests) || requests < 1) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else await bench();

async function bench(): Promise<void> {
  // Whatever was started ends with this process.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const servers = await startServers(say);
  try {
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
      const faults = await measureConsole({
        around,
        mongo,
        db,
        cpuMs: servers.cpuMs,
        requests,
        only: values.only,
        say,
      });
      if (values.cost) await tellCost(around, mongo, servers.cpuMs);
      for (const { what, fault } of faults) say(`${what}: ${fault}`);
      say(faults.length === 0 ? `Every page answers within ${LIMIT_MS} ms.` : `${faults.length} pages do not pass.`);
      process.exitCode = faults.length === 0 ? 0 : 1;
    } finally {
      await mongo.close();
    }
  } finally {
    await servers.stop();
  }
}

async function tellCost(around: Surroundings, mongo: MongoConnection, cpuMs: Servers["cpuMs"]): Promise<void> {
  say("what it costs beside deliveries, in parts of one core:");
  for (const { what, ...parts } of await measureCost(around, mongo, cpuMs))
    say(
      `${what}: ${Object.entries(parts)
        .map(([name, part]) => `${name} ${(part * 100).toFixed(1)} %`)
        .join(", ")}`,
    );
}
