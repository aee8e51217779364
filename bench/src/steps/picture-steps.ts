import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { withDatabase } from "@capi-relay/local-services";
import { MongoConnection } from "@capi-relay/storage";
import { RelayDrainer } from "../drains/relay-drainer.ts";
import { Relay } from "../stand/relay.ts";
import type { Servers } from "../stand/servers.ts";
import { SHOPS } from "../stand/shops.ts";
import type { Stand } from "../stand/with-stand.ts";
import { measureMongoSteps } from "./mongo-steps.ts";
import { renderSteps } from "./render-steps.ts";
import { readWorkerProfile } from "./worker-profile.ts";

const NAME = "steps";
const WARM_UP = 10_000;
const EVENTS = 15_000;
const EVENTS_BY_STEP = 5_000;

/** Delivers events under a profiler, takes others through MongoDB step by step, and draws what both tell. */
export async function pictureSteps(stand: Stand, say: (line: string) => void): Promise<string> {
  const { servers } = stand;
  const profiles = join(servers.folder, "profiles");
  await mkdir(profiles, { recursive: true });
  const env = { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` };
  const relay = await Relay.start(servers, NAME, { workers: 1, env });
  try {
    await relay.open(SHOPS);
    const drainer = new RelayDrainer(relay, stand);
    say(`warming up with ${WARM_UP} events, then delivering ${EVENTS}`);
    await drainer.fillAndDrain(WARM_UP);
    await drainer.fill(EVENTS);
    const fromUs = monotonicUs();
    const { cpuUs, perSecond } = await drainer.drain();
    const span = { fromUs, toUs: monotonicUs() };

    say(`taking ${EVENTS_BY_STEP} events through MongoDB step by step`);
    const before = servers.cpuMs();
    await drainer.fill(EVENTS_BY_STEP);
    const accept = ((servers.cpuMs().mongo - before.mongo) * 1_000) / EVENTS_BY_STEP;
    // Also has it write its profile.
    await relay.stopWorkers();
    const steps = await mongoSteps(servers, relay);
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

async function mongoSteps(servers: Servers, relay: Relay): Promise<Map<string, number>> {
  const queued = await relay.events.find<{ _id: string }>({ status: "queued" }, { projection: { _id: 1 } }).toArray();
  const mongo = await new MongoConnection(withDatabase(servers.mongoUri, NAME), { appName: "bench" }).connected();
  try {
    return await measureMongoSteps({
      mongo,
      ids: queued.map(({ _id }) => _id),
      wabaOf: (accountId) => SHOPS.find(({ id }) => id === accountId)?.wabaId ?? "",
      cpuMs: () => servers.cpuMs().mongo,
    });
  } finally {
    await mongo.close();
  }
}

/** The clock that V8's profiles are written by. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
