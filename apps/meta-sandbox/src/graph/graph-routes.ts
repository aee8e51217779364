import type { FastifyInstance, FastifyReply } from "fastify";
import type { SandboxState } from "../sandbox-state.ts";
import { getDataset, postDataset } from "./dataset.ts";
import { sendRefusal } from "./graph-answer.ts";
import { getMe } from "./me.ts";
import { postEvents } from "./post-events.ts";

/** 1,000 events with contents stay far below this. Meta's own limit in bytes is not known. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

export function addGraphRoutes(app: FastifyInstance, state: SandboxState): void {
  app.register(async (graph) => {
    // The body is read by the checks themselves: an unreadable one is refused after the token and the dataset.
    graph.removeAllContentTypeParsers();
    graph.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    graph.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
      const tooLarge = error.statusCode === 413;
      if (!tooLarge) state.failures.tell(error, state.clock.realNowMs());
      return sendRefusal(
        reply,
        tooLarge ? { error: "data_invalid", value: "The request body is too large" } : { error: "internal_error" },
        null,
      );
    });
    graph.post("/:version/:id/events", { bodyLimit: BODY_LIMIT_BYTES }, (request, reply) =>
      postEvents(state, request, reply),
    );
    graph.post("/:version/:id/dataset", async (request, reply) => postDataset(state, request, reply));
    graph.get("/:version/:id/dataset", async (request, reply) => getDataset(state, request, reply));
    graph.get("/:version/me", async (request, reply) => getMe(state, request, reply));
  });
}

/** Meta's answer to an address it does not have. */
export function sendUnknownPath(path: string, reply: FastifyReply): FastifyReply {
  // Without the query: it may hold a token.
  return sendRefusal(reply, { error: "path_unknown", value: path.split("?")[0] ?? "" }, null);
}
