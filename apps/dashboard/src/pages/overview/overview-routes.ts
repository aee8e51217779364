import {
  type DestinationHealth,
  type DestinationTrouble,
  type Overview,
  type OverviewScope,
  PERIODS,
  type Period,
} from "@capi-relay/insight";
import { StorageUnavailable } from "@capi-relay/storage";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { RetryPorts } from "../../board/retry-job.ts";
import type { ShowPage } from "../../frame/page.ts";
import { checkHealth, type HealthPorts } from "../../health.ts";
import { readerOf } from "../../reader/reader.ts";
import { countLanes } from "./lanes.ts";
import { overviewPage } from "./overview-page.ts";

export interface OverviewPagePorts extends HealthPorts {
  readonly queue: Pick<RetryPorts["queue"], "bullQueues">;
  readonly readOverview: (scope: OverviewScope, period: Period) => Promise<Overview>;
  readonly readDestinations: () => Promise<DestinationHealth[]>;
  readonly readTroubles: (destinations: readonly DestinationHealth[], period: Period) => Promise<DestinationTrouble[]>;
  readonly show: ShowPage;
  readonly now: () => Date;
}

const REFRESH_SECONDS = 20;
// A mistyped address shows the usual page rather than an error: nothing depends on it.
const Scope = z.object({
  period: z.enum(PERIODS).catch("24h"),
  account: z.string().max(64).catch(""),
});

/** The first page: is anything broken, where is the money? */
export function overviewRoutes(app: FastifyInstance, ports: OverviewPagePorts): void {
  app.get("/", async (request, reply) => {
    const { period, account } = Scope.parse(request.query);
    const health = await checkHealth(ports);
    const figures = health.ledger ? await readFigures(ports, account, period) : null;
    const lanes = health.queue ? await countLanes(ports.queue).catch(() => null) : null;
    const view = {
      period,
      accountId: figures?.accountId ?? null,
      health: { ledger: health.ledger, queue: lanes !== null },
      figures,
      lanes,
      now: ports.now(),
    };
    const body = overviewPage(view, readerOf(request));
    return ports.show(reply, { title: "Overview", current: "/", body, refreshSeconds: REFRESH_SECONDS });
  });
}

/** Null when MongoDB cannot tell, or went away meanwhile: the page says so, and is worth showing all the same. */
async function readFigures(ports: OverviewPagePorts, account: string, period: Period) {
  try {
    const destinations = await ports.readDestinations();
    const chosen = destinations.find(({ accountId }) => accountId === account) ?? null;
    const [overview, troubles] = await Promise.all([
      ports.readOverview(chosen, period),
      ports.readTroubles(chosen === null ? destinations : [chosen], period),
    ]);
    return { overview, destinations, troubles, accountId: chosen?.accountId ?? null };
  } catch (error) {
    if (error instanceof StorageUnavailable) return null;
    throw error;
  }
}
