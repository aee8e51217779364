import type { FastifyReply } from "fastify";
import { ASSETS } from "../assets/assets.ts";
import { type Html, html, type Part, renderDocument } from "../html.ts";
import { navigation, type PagePath } from "./navigation.ts";

interface Page {
  readonly title: string;
  readonly body: Part;
  /** Which page of the navigation it belongs to. */
  readonly current?: PagePath;
  /** How often the page brings itself up to date, if it does. */
  readonly refreshSeconds?: number;
}

/**
 * No style within the page, as the policy wants it; what somebody has opened stays open when the page comes up to date.
 */
const HTMX = JSON.stringify({ includeIndicatorCSS: false, history: false, morphIgnore: ["data-htmx-powered", "open"] });

export type ShowPage = (reply: FastifyReply, page: Page, status?: number) => FastifyReply;

/**
 * Every page in the frame they all share. Without scripts everything works; with them, times are local, charts are
 * drawn and figures stay fresh.
 * @param sandbox True when conversions go to a sandbox, which every page must say.
 */
export function pageFrame({ sandbox }: { readonly sandbox: boolean }): ShowPage {
  return (reply, page, status = 200) =>
    reply
      .code(status)
      .type("text/html; charset=utf-8")
      .send(renderDocument(frame(page, reply, sandbox)));
}

function frame({ title, body, current, refreshSeconds }: Page, reply: FastifyReply, sandbox: boolean): Html {
  const { user, url } = reply.request;
  return html`<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="robots" content="noindex" />
<meta name="color-scheme" content="light dark" />
<meta name="htmx-config" content=${HTMX} />
<title>${title} · capi-relay</title>
<link rel="icon" href="data:," />
<link rel="stylesheet" href=${ASSETS.style.path} />
<script src=${ASSETS.htmx.path} defer></script>
<script src=${ASSETS.chart.path} defer></script>
<script src=${ASSETS.console.path} defer data-chart-style=${ASSETS.chartStyle.path}></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${sandbox && sandboxMark()}
${user !== null && navigation(user, current ?? null)}
<main id="content" ...${refreshSeconds === undefined ? {} : refreshing(url, refreshSeconds)}>${body}</main>
</body>
</html>`;
}

/** Only what differs changes on the page, so nothing flickers and nobody loses the place. */
function refreshing(url: string, seconds: number): object {
  return {
    "hx-get": url,
    "hx-trigger": `every ${seconds}s`,
    "hx-select": "#content",
    "hx-target": "this",
    "hx-swap": "outerMorph",
  };
}

const sandboxMark = (): Html =>
  html`<aside class="sandbox" aria-label="Sandbox"><strong>Sandbox.</strong> Conversions of this installation do not reach Meta.</aside>`;
