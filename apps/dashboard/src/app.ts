import { randomUUID } from "node:crypto";
import type { Logger } from "@capi-relay/runtime";
import { type FastifyInstance, fastify } from "fastify";
import { answerErrors } from "./answer-errors.ts";
import { auditTo } from "./audit.ts";
import { BOARD_PATH, board } from "./board/board.ts";
import type { RetryPorts } from "./board/retry-job.ts";
import { requireSameOrigin } from "./guard/same-origin.ts";
import { securityHeaders } from "./guard/security-headers.ts";
import { type HealthPorts, healthRoutes } from "./health.ts";
import { homeRoutes } from "./home-routes.ts";
import { loginRoutes } from "./login/login-routes.ts";
import { keepSessions } from "./login/session.ts";
import type { DashboardUser } from "./login/users.ts";
import { styleRoute } from "./pages/style.ts";

export interface DashboardPorts extends RetryPorts, HealthPorts {
  readonly users: readonly DashboardUser[];
  readonly sessionSecret: string;
  readonly production: boolean;
  /** True when conversions of this installation do not reach Meta. */
  readonly sandbox: boolean;
  readonly trustProxy: readonly string[];
  readonly log: Logger;
}

const MAX_BODY_BYTES = 64 * 1024;

/** What operators look at: a login, a start page, and Bull Board behind it. */
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
  answerErrors(app, { log, sandbox });
  securityHeaders(app);
  app.addHook("onRequest", requireSameOrigin);
  await keepSessions(app, { users, secret: ports.sessionSecret });

  healthRoutes(app, ports);
  styleRoute(app);
  await app.register((scope) => loginRoutes(scope, { users, production, sandbox, log }));
  await app.register(async (scope) => homeRoutes(scope, ports));
  await app.register((scope) => board(scope, { ...ports, audit: auditTo(log) }), { prefix: BOARD_PATH });
  return app;
}
