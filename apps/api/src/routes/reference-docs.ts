import { randomBytes } from "node:crypto";
import scalar from "@scalar/fastify-api-reference";
import type { FastifyInstance } from "fastify";
import { securityHeaders } from "../security-headers.ts";

/**
 * The browsable reference at /docs. Everything comes from our own host. The page holds nothing but what is written
 * here, so one nonce for its inline script lasts as long as the process.
 */
export async function referenceDocs(app: FastifyInstance): Promise<void> {
  const nonce = randomBytes(16).toString("base64");
  const headers = securityHeaders({
    scriptSrc: ["'self'", `'nonce-${nonce}'`],
    // It sets styles while it draws; scripts stay strict.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    fontSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
  });
  app.addHook("onRoute", (route) => {
    route.config = { ...route.config, scope: null };
  });
  app.addHook("onRequest", async ({ url }, reply) => {
    reply.headers(headers);
    // The script has 5 MB and changes with a release only; the page names this process's nonce.
    reply.header("cache-control", url.endsWith(".js") ? "public, max-age=3600" : "no-store");
  });
  await app.register(scalar, {
    routePrefix: "/docs",
    configuration: {
      url: "/openapi.json",
      pageTitle: "capi-relay: API",
      nonce,
      favicon: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: "never",
      agent: { disabled: true },
      mcp: { disabled: true },
      persistAuth: false,
      orderSchemaPropertiesBy: "preserve",
      authentication: { preferredSecurityScheme: "apiKey" },
    },
  });
}
