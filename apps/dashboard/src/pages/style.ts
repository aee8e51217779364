import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";

const STYLE = readFileSync(new URL("style.css", import.meta.url), "utf8");
/** The name changes with the content, so browsers may keep it for good. */
export const STYLE_PATH = `/assets/style-${createHash("sha256").update(STYLE).digest("hex").slice(0, 12)}.css`;

export function styleRoute(app: FastifyInstance): void {
  app.get(STYLE_PATH, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=31536000, immutable").send(STYLE),
  );
}
