import type { FastifyReply } from "fastify";
import { type Html, html } from "./html.ts";
import { STYLE_PATH } from "./style.ts";

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** True when conversions go to a sandbox, which every page must say. */
  readonly sandbox: boolean;
}

/** One page without scripts, in the frame they all share. */
export function sendPage(reply: FastifyReply, { title, body, sandbox }: Page, status = 200): FastifyReply {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title} · capi-relay</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
${sandbox ? SANDBOX_MARK : null}
<main>${body}</main>
</body>
</html>
`;
  return reply.code(status).type("text/html; charset=utf-8").send(page.text);
}

const SANDBOX_MARK = html`<p class="sandbox"><strong>Sandbox.</strong> Conversions of this installation do not reach Meta.</p>`;
