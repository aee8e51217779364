import type { FastifyInstance } from "fastify";

/** Our own pages: scripts and styles in files of ours, none within the page. */
const OWN_PAGES = policy({
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "data:",
  "connect-src": "'self'",
  "base-uri": "'none'",
});
/**
 * Bull Board's page: scripts of ours only; styles also inline, as it cannot do without. Whatever
 * another host serves is refused: nobody else learns who looks at the queues.
 */
export const BOARD_PAGES = policy({
  "script-src": "'self'",
  "worker-src": "'self'",
  "style-src": "'self' 'unsafe-inline'",
  "img-src": "'self' data:",
  "font-src": "'self'",
  "connect-src": "'self'",
  "base-uri": "'self'",
});

function policy(directives: Readonly<Record<string, string>>): string {
  const shared = { "default-src": "'none'", "form-action": "'self'", "frame-ancestors": "'none'" };
  return Object.entries({ ...shared, ...directives })
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}

export function securityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers({
      "content-security-policy": OWN_PAGES,
      "x-content-type-options": "nosniff",
      // Not `no-referrer`: with it, browsers send forms with the origin `null`.
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
      "x-request-id": request.id,
    });
    if (request.protocol === "https") reply.header("strict-transport-security", "max-age=31536000");
  });
}
