import type { FastifyInstance } from "fastify";
import type { SandboxState } from "../sandbox-state.ts";
import { secretEquals } from "../secret-equals.ts";
import { addClockRoutes } from "./clock-routes.ts";
import { addFaultRoutes } from "./fault-routes.ts";
import { BadAdminRequest } from "./read-input.ts";
import { addReceivedRoutes } from "./received-routes.ts";
import { addWabaRoutes } from "./waba-routes.ts";
import { addWebhookRoutes } from "./webhook-routes.ts";

/** 10,000 webhook messages or 100,000 click ids fit. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

export function addAdminRoutes(app: FastifyInstance, state: SandboxState): void {
  app.register(
    async (admin) => {
      admin.addHook("onRequest", async (request, reply) => {
        const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
        if (secretEquals(given, state.settings.adminToken)) return;
        return reply
          .code(401)
          .header("www-authenticate", "Bearer")
          .send({ error: "Send the admin token as Authorization: Bearer <SANDBOX_ADMIN_TOKEN>." });
      });
      const parseJson = admin.getDefaultJsonParser("error", "error");
      // Whoever announces JSON and sends nothing, as a curl configuration does with DELETE, has said all there is to
      // say.
      admin.removeContentTypeParser("application/json");
      admin.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) =>
        body === "" ? done(null, undefined) : parseJson(request, body, done),
      );
      admin.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        if (error instanceof BadAdminRequest) {
          return reply.code(error.status).send({ error: error.message, details: error.details });
        }
        const status = error.statusCode ?? 500;
        if (status >= 500) state.failures.tell(error, state.clock.realNowMs());
        return reply.code(status).send({ error: status >= 500 ? "The sandbox failed." : "The body is not JSON." });
      });
      admin.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "No such admin route." }));
      addWabaRoutes(admin, state);
      addFaultRoutes(admin, state);
      addReceivedRoutes(admin, state);
      addClockRoutes(admin, state);
      addWebhookRoutes(admin, state);
    },
    { prefix: "/admin", bodyLimit: BODY_LIMIT_BYTES },
  );
}
