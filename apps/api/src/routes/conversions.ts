import type { EventLedger } from "@capi-relay/storage";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { acceptBatch } from "../accept-batch.ts";
import { acceptConversion, type IntakePorts } from "../accept-conversion.ts";
import { ApiProblem } from "../api-problem.ts";
import { conversionStory } from "../conversion-story.ts";

export interface ConversionPorts extends IntakePorts {
  readonly ledger: Pick<EventLedger, "find">;
}

const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** Of any length the router lets through: an id that cannot exist is not found, like every other unknown one. */
const EventPath = z.object({ id: z.string() });

export function conversionRoutes(app: FastifyInstance, ports: ConversionPorts): void {
  app.post("/v1/whatsapp/conversions", async (request, reply) => {
    const receipt = await acceptConversion(request.body, ports);
    return reply.code(receipt.duplicate ? 200 : 202).send(receipt);
  });

  app.post("/v1/whatsapp/conversions/batch", { bodyLimit: MAX_BATCH_BYTES }, async (request) => ({
    results: await acceptBatch(request.body, ports),
  }));

  app.get("/v1/whatsapp/conversions/:id", async (request) => {
    const { id } = EventPath.parse(request.params);
    const event = await ports.ledger.find(id);
    if (event === null) throw new ApiProblem("conversion_not_found", undefined, "id");
    return conversionStory(event);
  });
}
