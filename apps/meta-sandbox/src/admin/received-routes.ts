import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { SandboxState } from "../sandbox-state.ts";
import { summarise } from "../summary.ts";
import { readInput } from "./read-input.ts";

const Query = z.strictObject({
  datasetId: z.string().max(32).optional(),
  eventId: z.string().max(512).optional(),
  after: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});

/** What was accepted, and how often. */
export function addReceivedRoutes(admin: FastifyInstance, state: SandboxState): void {
  admin.get("/received", async (request) => {
    const query = readInput(Query, request.query);
    const events = await state.log.find(query);
    const nextAfter = events.length === query.limit ? (events.at(-1)?.ordinal ?? null) : null;
    return { events, nextAfter };
  });
  admin.get("/summary", async () => summarise(state));
  admin.delete("/received", async () => {
    state.log.startEpoch(state.clock.now());
    state.tally.reset();
    return { epoch: state.log.epoch };
  });
}
