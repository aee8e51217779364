import { createBullBoard } from "@bull-board/api";
import { LANES } from "@capi-relay/queue";
import type { Logger } from "@capi-relay/runtime";
import type { FastifyInstance } from "fastify";
import type { ShowPage } from "../frame/page.ts";
import { BOARD_PAGES } from "../guard/security-headers.ts";
import { requireUser } from "../login/require-user.ts";
import { type ActionPorts, actionRoutes } from "./action-routes.ts";
import { boardFailure } from "./board-failure.ts";
import { boardPage } from "./board-page.ts";
import { BOARD_PATH } from "./board-path.ts";
import { BoardServer } from "./board-server.ts";
import { boardWords } from "./board-words.ts";
import { ExplainedQueue } from "./explained-queue.ts";

export interface BoardPorts extends ActionPorts {
  readonly show: ShowPage;
  readonly sandbox: boolean;
  readonly log: Logger;
}

const POLL_SECONDS = 5;
/** Fonts of the reader's own machine, and quiet text that is still easy to read. */
const FONTS = { "font-sans": "system-ui, sans-serif", "font-mono": "ui-monospace, monospace" };
const THEME = {
  light: { ...FONTS, "muted-foreground": "#4a5563" },
  dark: { ...FONTS, "muted-foreground": "#a6b1bf" },
};
/** Lists of jobs on which every button would be refused. */
const NOT_TO_RETRY = ["active", "waiting", "waiting-children", "prioritized", "delayed", "paused"];

/**
 * Bull Board at `/queues`. The guard is a hook of this scope, so it holds for every route in it, however it is spelled.
 */
export async function board(app: FastifyInstance, ports: BoardPorts): Promise<void> {
  const { queue, sandbox, log } = ports;
  app.addHook("onRequest", requireUser(ports));
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("content-security-policy", BOARD_PAGES);
  });
  app.setErrorHandler((error, _request, reply) => {
    const { status, body } = boardFailure(error, log);
    return reply.code(status).send(body);
  });
  app.addHook("preSerialization", async (request, _reply, payload) => {
    const { status } = request.query as { readonly status?: unknown };
    const canAct = request.user?.role === "operator" && !NOT_TO_RETRY.includes(String(status));
    return canAct ? payload : withoutActions(payload);
  });

  const server = new BoardServer((error) => boardFailure(error, log));
  server.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: LANES.map((lane) => new ExplainedQueue(queue.bullQueues[lane], lane)),
    serverAdapter: server,
    options: {
      uiConfig: {
        boardTitle: "capi-relay",
        hideRedisDetails: true,
        hideDocsLink: true,
        showWorkers: false,
        pollingInterval: { showSetting: false, forceInterval: POLL_SECONDS },
        theme: THEME,
        miscLinks: [{ text: "Overview and log out", url: "/" }],
        ...(sandbox ? { environment: { label: "Sandbox", color: "#f5d58a", textColor: "#382c10" } } : {}),
      },
    },
  });
  boardPage(app);
  boardWords(app);
  actionRoutes(app, ports);
  await app.register(server.registerPlugin());
}

/** A page on which every button would only be refused shows none. */
function withoutActions(payload: unknown): unknown {
  if (typeof payload !== "object" || payload === null || !("queues" in payload)) return payload;
  const { queues } = payload;
  if (!Array.isArray(queues)) return payload;
  return { ...payload, queues: queues.map((queue: object) => ({ ...queue, readOnlyMode: true })) };
}
