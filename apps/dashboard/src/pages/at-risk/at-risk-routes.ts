import type { AtRiskQuery, EventsAtRisk } from "@capi-relay/insight";
import type { DeadlinePosition } from "@capi-relay/storage";
import type { FastifyInstance } from "fastify";
import { type AccountNamePorts, accountNames } from "../../account-names.ts";
import type { ShowPage } from "../../frame/page.ts";
import { readerOf } from "../../reader/reader.ts";
import { atRiskPage } from "./at-risk-page.ts";
import { readAtRiskQuery } from "./at-risk-query.ts";

export interface AtRiskPagePorts extends AccountNamePorts {
  readonly findAtRisk: (what: AtRiskQuery, after: DeadlinePosition | null, limit: number) => Promise<EventsAtRisk>;
  readonly show: ShowPage;
  readonly now: () => Date;
}

const PER_PAGE = 50;

/** The events behind the overview's value at risk. */
export function atRiskRoutes(app: FastifyInstance, ports: AtRiskPagePorts): void {
  app.get("/at-risk", async (request, reply) => {
    const query = readAtRiskQuery(request.query);
    if (query === null) return reply.callNotFound();
    const { what, after } = query;
    const [found, accounts] = await Promise.all([ports.findAtRisk(what, after, PER_PAGE), accountNames(ports)]);
    if (what.accountId !== null && !accounts.has(what.accountId)) return reply.callNotFound();
    const body = atRiskPage({ what, after, found, accounts, now: ports.now() }, readerOf(request));
    return ports.show(reply, { title: "Events at risk", current: "/events", body });
  });
}
