import type { DestinationHealth, DestinationTrouble, Overview, OverviewScope, Period } from "@capi-relay/insight";
import { StorageUnavailable } from "@capi-relay/storage";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { RetryPorts } from "../../board/retry-job.ts";
import type { ShowPage } from "../../frame/page.ts";
import { checkHealth, type HealthPorts } from "../../health.ts";
import { html } from "../../html.ts";
import { readerOf } from "../../reader/reader.ts";
import { countLanes } from "./lanes.ts";
import { overviewPage } from "./overview-page.ts";
import { readPeriod } from "./period-query.ts";

export interface OverviewPagePorts extends HealthPorts {
  readonly queue: Pick<RetryPorts["queue"], "bullQueues">;
  readonly readOverview: (scope: OverviewScope, period: Period) => Promise<Overview>;
  readonly readDestinations: () => Promise<DestinationHealth[]>;
  readonly readTroubles: (destinations: readonly DestinationHealth[], period: Period) => Promise<DestinationTrouble[]>;
  readonly show: ShowPage;
  readonly now: () => Date;
}

const REFRESH_SECONDS = 20;
const Field = z.string().default("");
const Scope = z.object({ period: Field, from: Field, to: Field, account: Field });

/** The first page: is anything broken, where is the money? */
export function overviewRoutes(app: FastifyInstance, ports: OverviewPagePorts): void {
  app.get("/", async (request, reply) => {
    const scope = Scope.safeParse(request.query);
    if (!scope.success) return reply.callNotFound();
    const { period, mistake } = readPeriod(scope.data, ports.now());
    const health = await checkHealth(ports);
    const figures = health.ledger ? await readFigures(ports, scope.data.account, period) : null;
    if (figures === "no_such_account") return showNoAccount(ports, reply);
    const lanes = health.queue ? await countLanes(ports.queue).catch(() => null) : null;
    const view = {
      period,
      periodMistake: mistake,
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

/** Not all accounts instead: their figures would pass for those of the one that was asked for. */
function showNoAccount({ show }: OverviewPagePorts, reply: FastifyReply): FastifyReply {
  const body = html`<h1>There is no such account</h1><p>The address may be mistyped or old. Go to the <a href="/">overview of all accounts</a> and choose one there.</p>`;
  return show(reply, { title: "Not found", current: "/", body }, 404);
}

/** Null when MongoDB cannot tell, or went away meanwhile: the page says so, and is worth showing all the same. */
async function readFigures(ports: OverviewPagePorts, account: string, period: Period) {
  try {
    const destinations = await ports.readDestinations();
    const chosen = destinations.find(({ accountId }) => accountId === account) ?? null;
    if (chosen === null && account !== "") return "no_such_account";
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
