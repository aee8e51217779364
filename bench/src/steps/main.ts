import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { withDatabase } from "@capi-relay/local-services";
import { MongoConnection } from "@capi-relay/storage";
import { RelayDrainer } from "../drains/relay-drainer.ts";
import type { LoadPlan, LoadReport } from "../load/load-plan.ts";
import { HelperProcess } from "../stand/helper-process.ts";
import { Relay } from "../stand/relay.ts";
import { type Servers, startServers } from "../stand/servers.ts";
import { SHOPS } from "../stand/shops.ts";
import { measureMongoSteps } from "./mongo-steps.ts";
import { renderSteps } from "./render-steps.ts";
import { readWorkerProfile } from "./worker-profile.ts";

const NAME = "steps";
const WARM_UP = 10_000;
const EVENTS = 15_000;
const EVENTS_BY_STEP = 5_000;

/** `pnpm bench:steps`: where the processor time of an event goes, from `202` to `delivered`, as a picture. */
const say = (line: string) => process.stdout.write(`${line}\n`);
const servers = await startServers(say);
const load = await HelperProcess.start<LoadPlan, LoadReport>(new URL("../load/main.ts", import.meta.url));
try {
  say(await picture(servers));
} finally {
  await load.stop();
  await servers.stop();
}

async function picture(on: Servers): Promise<string> {
  const profiles = join(on.folder, "profiles");
  await mkdir(profiles, { recursive: true });
  const env = { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` };
  const relay = await Relay.start(on, NAME, { workers: 1, env });
  try {
    await relay.open(SHOPS);
    const drainer = new RelayDrainer(relay, on, load);
    say(`warming up with ${WARM_UP} events, then delivering ${EVENTS}`);
    await drainer.fillAndDrain(WARM_UP);
    await drainer.fill(EVENTS);
    const fromUs = monotonicUs();
    const { cpuUs, perSecond } = await drainer.drain(EVENTS);
    const span = { fromUs, toUs: monotonicUs() };

    say(`taking ${EVENTS_BY_STEP} events through MongoDB step by step`);
    const before = on.cpuMs();
    await drainer.fill(EVENTS_BY_STEP);
    const accept = ((on.cpuMs().mongo - before.mongo) * 1_000) / EVENTS_BY_STEP;
    // Also has it write its profile.
    await relay.stopWorkers();
    const steps = await mongoSteps(on, relay);
    const worker = [...(await readWorkerProfile(profiles, span))].map(([owner, us]) => [owner, us / EVENTS] as const);
    return renderSteps({
      perSecond,
      measured: cpuUs,
      worker: new Map(worker),
      mongo: new Map([["accept: insert, journaled", accept], ...steps]),
    });
  } finally {
    await relay.stop();
  }
}

async function mongoSteps(on: Servers, relay: Relay): Promise<Map<string, number>> {
  const queued = await relay.events.find<{ _id: string }>({ status: "queued" }, { projection: { _id: 1 } }).toArray();
  const mongo = await new MongoConnection(withDatabase(on.mongoUri, NAME), { appName: "bench" }).connected();
  try {
    return await measureMongoSteps({
      mongo,
      ids: queued.map(({ _id }) => _id),
      wabaOf: (accountId) => SHOPS.find(({ id }) => id === accountId)?.wabaId ?? "",
      cpuMs: () => on.cpuMs().mongo,
    });
  } finally {
    await mongo.close();
  }
}

/** The clock that V8's profiles are written by. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
