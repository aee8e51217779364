import { LineLimit } from "@capi-relay/runtime";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Audit } from "../audit.ts";
import { boardError } from "../board/board-error.ts";
import type { ShowPage } from "../frame/page.ts";
import { html } from "../html.ts";
import type { ProxyWord } from "./proxy-login.ts";

export interface RefusalPorts {
  readonly show: ShowPage;
  readonly noteInLog: Audit;
}

const QUIET_MS = 10_000;

/** Hook: whom a proxy names wrongly is told why that does not do, on a page or as programs read it. */
export function refuseProxyWord({ show, noteInLog }: RefusalPorts) {
  const note = nowAndThen(noteInLog);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const word = request.proxyWord;
    const refusal = refusalOf(word);
    if (word === null || refusal === null) return undefined;
    // A name nobody has may be anything: it is not written down.
    const named = word.kind === "somebody_elses" ? { named: word.name } : {};
    note(request, { action: "proxy_login", outcome: "denied", because: word.kind, ...named });
    if (!(request.headers.accept ?? "").includes("text/html"))
      return reply.code(403).send(boardError("Not allowed", refusal));
    return show(reply, { title: "Not allowed", body: html`<h1>You are not let in</h1><p>${refusal}</p>` }, 403);
  };
}

function refusalOf(word: ProxyWord | null): string | null {
  switch (word?.kind) {
    case "unknown":
      return `The proxy in front says you are ${word.name}, who has no role here. Ask whoever runs this installation to add you to DASHBOARD_PROXY_USERS.`;
    case "somebody_elses":
      return `The proxy in front says you are ${word.name}, and somebody of that name has a password here. If that is you, ask whoever runs this installation to add ${word.name} to DASHBOARD_PROXY_USERS; if it is somebody else, one of you needs another name.`;
    case "unreadable":
      return "The proxy in front does not say clearly who you are: its header has to come once, with a name of 1 to 64 letters, digits, or . _ @ -.";
    default:
      return null;
  }
}

/**
 * A program that asks again and again cannot flood the log: one line in ten seconds, with the number of those left out.
 */
function nowAndThen(noteInLog: Audit): Audit {
  const limit = new LineLimit(QUIET_MS);
  return (request, action) => {
    const leftOut = limit.leftOutBefore(action.action);
    if (leftOut !== null) noteInLog(request, { ...action, leftOut });
  };
}
