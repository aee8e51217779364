import { BATCH_SENDERS, Loading, SINGLE_CONNECTIONS } from "../table/measures/loading.ts";
import { startBareOpponent } from "../table/opponents/bare-opponent.ts";
import { startBulkOpponent } from "../table/opponents/bulk-opponent.ts";
import { type Contest, inRounds } from "./contest.ts";
import type { Ring } from "./ring.ts";

/** How fast events come in, one a request and many. No worker runs meanwhile. */
export async function contestsOfComing(ring: Ring): Promise<Contest[]> {
  const { servers, sizes, progress } = ring;
  const [ours, least] = [loadOn(ring.relay, ring), loadOn(ring.least, ring)];
  const bare = await startBareOpponent(servers);
  const bulk = await startBulkOpponent(servers);
  try {
    const speeds = await inRounds(sizes.rounds, async (name) => {
      progress(`events come in: ${name}`);
      const results = {
        ourSingles: await ours.singles(),
        leastSingles: await least.singles(),
        bare: await ours.loading.rate("singles", bare.url, SINGLE_CONNECTIONS, sizes.intakeSeconds, bare.cpuMs),
        ourBatches: await ours.batches(),
        leastBatches: await least.batches(),
        bulk: await bulk.rate(sizes.intakeSeconds),
      };
      await Promise.all([bare.forgetJobs(), bulk.forgetJobs()]);
      return results;
    });
    return [
      {
        what: "Events come in, one a request",
        runners: [
          { who: "the relay", ...speeds.ourSingles },
          { who: "the least relay", ...speeds.leastSingles },
          { who: "a bare route", ...speeds.bare },
        ],
        yardsticks: [{ column: "to bare", ...speeds.bare }],
      },
      {
        what: "Events come in, 500 a request",
        runners: [
          { who: "the relay", ...speeds.ourBatches },
          { who: "the least relay", ...speeds.leastBatches },
          { who: "queue.addBulk", ...speeds.bulk },
        ],
        yardsticks: [{ column: "to addBulk", ...speeds.bulk }],
      },
    ];
  } finally {
    await Promise.all([bare.stop(), bulk.stop()]);
  }
}

/** Both kinds of load on one relay; what it accepts has to be in its ledger. */
function loadOn(relay: Ring["relay"] | Ring["least"], { load, servers, sizes }: Ring) {
  const loading = new Loading({ relay, load }, relay.apiKey);
  const url = `${relay.apiUrl}/v1/whatsapp/conversions`;
  const cpuMs = () => relay.apiCpuMs() + servers.storesCpuMs();
  return {
    loading,
    singles: () => loading.rateOfRelay("singles", url, SINGLE_CONNECTIONS, sizes.intakeSeconds, cpuMs),
    batches: () => loading.rateOfRelay("batches", `${url}/batch`, BATCH_SENDERS, sizes.intakeSeconds, cpuMs),
  };
}
