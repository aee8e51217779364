import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { z } from "zod";
import { PROBLEMS } from "../problems.ts";
import type { RouteRegistry } from "../route-schemas.ts";
import { securityHeaders } from "../security-headers.ts";

const STYLE =
  ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}li{margin-top:.25rem}dt{margin-top:1rem}dt:target{background:#fd06}";
const STYLE_HASH = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

/** The page that every error's `docUrl` points to. */
export function errorDocsRoute(app: RouteRegistry): void {
  const page = errorDocs();
  const headers = securityHeaders({ styleSrc: [STYLE_HASH] });
  app.route({
    method: "GET",
    url: "/docs/errors",
    schema: {
      operationId: "explainErrors",
      tags: ["Documentation"],
      summary: "Explain every error code, as a page",
      response: { 200: { content: { "text/html": { schema: z.string() } } } },
    },
    config: { scope: null },
    handler: async (_request, reply) => reply.headers(headers).type("text/html; charset=utf-8").send(page),
  });
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}

/** Our sentences name fields and routes between backticks. */
function asHtml(sentence: string): string {
  return escapeHtml(sentence).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function errorDocs(): string {
  const byStatus = [...Map.groupBy(Object.entries(PROBLEMS), ([, { status }]) => status)].sort(([a], [b]) => a - b);
  const contents = byStatus.map(
    ([status, problems]) =>
      `<li>${status} ${STATUS_CODES[status]}: ${problems.map(([code]) => `<a href="#${code}"><code>${code}</code></a>`).join(", ")}</li>`,
  );
  const entries = byStatus.flatMap(([, problems]) =>
    problems.map(
      ([code, { status, type, meaning }]) =>
        `<dt id="${code}"><code>${code}</code> <small>${status} ${type}</small></dt><dd>${asHtml(meaning)}</dd>`,
    ),
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>capi-relay: errors</title>
<style>${STYLE}</style>
<h1>Errors</h1><p>Every failed request is answered with one of these codes in <code>code</code>.</p>
<nav><ul>
${contents.join("\n")}
</ul></nav>
<dl>
${entries.join("\n")}
</dl></html>`;
}
