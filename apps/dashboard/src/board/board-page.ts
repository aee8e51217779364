import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";

const STYLE = readFileSync(new URL("board.css", import.meta.url), "utf8");
const STYLE_PATH = `/board-${createHash("sha256").update(STYLE).digest("hex").slice(0, 12)}.css`;
const FONTS_OF_ANOTHER_HOST = /<link [^>]*fonts\.googleapis\.com[^>]*>/;

/** Bull Board's page with a style sheet of ours in the place of the fonts it would fetch from Google. */
export function boardPage(app: FastifyInstance): void {
  app.get(STYLE_PATH, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "private, max-age=31536000, immutable").send(STYLE),
  );
  const ours = `<link href="${app.prefix}${STYLE_PATH}" rel="stylesheet">`;
  app.addHook("onSend", async (_request, reply, payload) => {
    const isPage = typeof payload === "string" && String(reply.getHeader("content-type")).startsWith("text/html");
    return isPage ? payload.replace(FONTS_OF_ANOTHER_HOST, ours) : payload;
  });
}
