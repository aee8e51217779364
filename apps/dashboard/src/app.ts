import { randomUUID } from "node:crypto";
import type { Logger } from "@capi-relay/runtime";
import { type FastifyInstance, fastify } from "fastify";
import { answerErrors } from "./answer-errors.ts";
import { assetRoutes } from "./assets/asset.ts";
import { ASSETS } from "./assets/assets.ts";
import { auditTo } from "./audit.ts";
import type { ActionPorts } from "./board/action-routes.ts";
import { board } from "./board/board.ts";
import { BOARD_PATH } from "./board/board-path.ts";
import type { RetryPorts } from "./board/retry-job.ts";
import { formBodies } from "./form-bodies.ts";
import { pageFrame } from "./frame/page.ts";
import { requireSameOrigin } from "./guard/same-origin.ts";
import { securityHeaders } from "./guard/security-headers.ts";
import { type HealthPorts, healthRoutes } from "./health.ts";
import { believeProxy } from "./login/believe-proxy.ts";
import { loginRoutes } from "./login/login-routes.ts";
import type { ProxyLogin } from "./login/proxy-login.ts";
import { requireUser } from "./login/require-user.ts";
import { keepSessions } from "./login/session.ts";
import type { PasswordUser } from "./login/users.ts";
import { type AtRiskPagePorts, atRiskRoutes } from "./pages/at-risk/at-risk-routes.ts";
import { type AuditPagePorts, auditRoutes } from "./pages/audit/audit-routes.ts";
import { type BulkDecisionPagePorts, bulkDecisionRoutes } from "./pages/bulk-decision/bulk-decision-routes.ts";
import { type BulkRetryPagePorts, bulkRetryRoutes } from "./pages/bulk-retry/bulk-retry-routes.ts";
import { type DestinationPagePorts, destinationRoutes } from "./pages/destinations/destination-routes.ts";
import { type EventPagePorts, eventRoutes } from "./pages/event/event-routes.ts";
import { type EventsPagePorts, eventsRoutes } from "./pages/events/events-routes.ts";
import { type OverviewPagePorts, overviewRoutes } from "./pages/overview/overview-routes.ts";

type PagePorts = OverviewPagePorts &
  EventsPagePorts &
  AtRiskPagePorts &
  EventPagePorts &
  BulkRetryPagePorts &
  BulkDecisionPagePorts &
  DestinationPagePorts &
  AuditPagePorts;

export interface DashboardPorts
  extends RetryPorts,
    HealthPorts,
    Omit<PagePorts, "show" | "noteInLog" | "audit" | "sandbox" | keyof RetryPorts> {
  readonly decisions: PagePorts["decisions"];
  readonly audit: PagePorts["audit"] & ActionPorts["audit"];
  readonly users: readonly PasswordUser[];
  /** Null when nobody but this dashboard itself logs people in. */
  readonly proxyLogin: ProxyLogin | null;
  readonly sessionSecret: string;
  readonly production: boolean;
  /** True when conversions of this installation do not reach Meta. */
  readonly sandbox: boolean;
  readonly trustProxy: readonly string[];
  readonly log: Logger;
}

const MAX_BODY_BYTES = 64 * 1024;

/** What operators look at: a login, the console's pages, and Bull Board behind it. */
export async function buildDashboard(ports: DashboardPorts): Promise<FastifyInstance> {
  const { users, production, sandbox, trustProxy, log } = ports;
  const app = fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: 15_000,
    connectionTimeout: 60_000,
    handlerTimeout: 10_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 128 },
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    forceCloseConnections: "idle",
    genReqId: () => randomUUID(),
  });
  const show = pageFrame({ sandbox });
  const noteInLog = auditTo(log);
  answerErrors(app, { log, show });
  securityHeaders(app);
  app.addHook("onRequest", requireSameOrigin);
  await keepSessions(app, { users, secret: ports.sessionSecret });
  believeProxy(app, ports.proxyLogin);
  formBodies(app);

  healthRoutes(app, ports);
  assetRoutes(app, Object.values(ASSETS));
  await app.register((scope) => loginRoutes(scope, { users, production, show, log }));
  await app.register(async (scope) => consolePages(scope, { ...ports, show, noteInLog }));
  await app.register((scope) => board(scope, { ...ports, show, noteInLog }), { prefix: BOARD_PATH });
  return app;
}

/** The guard is a hook of this scope, so it holds for every page in it. */
function consolePages(app: FastifyInstance, ports: PagePorts): void {
  app.addHook("onRequest", requireUser(ports));
  overviewRoutes(app, ports);
  eventsRoutes(app, ports);
  atRiskRoutes(app, ports);
  eventRoutes(app, ports);
  bulkRetryRoutes(app, ports);
  bulkDecisionRoutes(app, ports);
  destinationRoutes(app, ports);
  auditRoutes(app, ports);
}
