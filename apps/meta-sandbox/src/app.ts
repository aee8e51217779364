import { type FastifyInstance, fastify } from "fastify";
import { addAdminRoutes } from "./admin/admin-routes.ts";
import { addGraphRoutes, sendUnknownPath } from "./graph/graph-routes.ts";
import { homePage } from "./home-page.ts";
import { openState, type SandboxOptions, type SandboxState } from "./sandbox-state.ts";
import { summarise } from "./summary.ts";

export type { SandboxOptions, SandboxState } from "./sandbox-state.ts";

export interface Sandbox {
  readonly app: FastifyInstance;
  /** For tests in the same process; everybody else uses the admin API. */
  readonly state: SandboxState;
}

/** The whole sandbox, not yet listening. `app.close()` ends hanging answers too, and closes the log. */
export async function buildSandbox(options: SandboxOptions): Promise<Sandbox> {
  const state = await openState(options);
  const app = fastify({
    logger: false,
    requestTimeout: 30_000,
    // Answers that hang on purpose must not keep the process alive.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
  });
  app.addHook("preClose", async () => state.closing.abort());
  app.addHook("onClose", async () => state.log.close());

  addAdminRoutes(app, state);
  addGraphRoutes(app, state);
  app.get("/health/live", async () => ({ status: "ok" }));
  app.get("/", async (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
      .send(homePage(summarise(state), state.log.latest)),
  );
  app.setNotFoundHandler((request, reply) => sendUnknownPath(request.url, reply));
  return { app, state };
}
