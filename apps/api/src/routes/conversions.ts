import {
  ConversionBatch,
  ConversionBatchResults,
  ConversionReceipt,
  ConversionRequest,
  ConversionStory,
} from "@capi-relay/contract";
import type { EventLedger } from "@capi-relay/storage";
import { acceptBatch } from "../accept-batch.ts";
import { acceptConversion, INTAKE_PROBLEMS, type IntakePorts } from "../accept-conversion.ts";
import { ifOwn, ownAccounts } from "../access/own.ts";
import type { Principal } from "../access/principal.ts";
import { ApiProblem } from "../api-problem.ts";
import { conversionStory } from "../conversion-story.ts";
import { IdPath } from "../id-path.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export interface ConversionPorts extends IntakePorts {
  readonly ledger: Pick<EventLedger, "find">;
}

const MAX_BATCH_BYTES = 4 * 1024 * 1024;

export function conversionRoutes(app: RouteRegistry, ports: ConversionPorts): void {
  app.route({
    method: "POST",
    url: "/v1/whatsapp/conversions",
    schema: {
      operationId: "sendConversion",
      tags: ["Conversions"],
      summary: "Take a conversion in",
      description:
        "202 is a promise: the conversion will be delivered, or its story will say why not. A repeat is answered 200.",
      body: ConversionRequest,
      response: { 202: ConversionReceipt, 200: ConversionReceipt },
      errors: INTAKE_PROBLEMS,
    },
    config: { scope: "send" },
    handler: async ({ principal, body }, reply) => {
      const receipt = await acceptConversion(body, intakeOf(principal, ports));
      return reply.code(receipt.duplicate ? 200 : 202).send(receipt);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/whatsapp/conversions/batch",
    bodyLimit: MAX_BATCH_BYTES,
    schema: {
      operationId: "sendConversions",
      tags: ["Conversions"],
      summary: "Take many conversions in",
      description: "Each is judged by itself: look at every result. A bad one refuses nobody else.",
      body: ConversionBatch,
      response: { 200: ConversionBatchResults },
      // A database that is away refuses each item by itself.
      neverErrors: ["storage_unavailable"],
    },
    config: { scope: "send" },
    handler: async ({ principal, body }) => ({ results: await acceptBatch(body.events, intakeOf(principal, ports)) }),
  });

  app.route({
    method: "GET",
    url: "/v1/whatsapp/conversions/:id",
    schema: {
      operationId: "getConversion",
      tags: ["Conversions"],
      summary: "Tell the story of a conversion",
      params: IdPath("Of the receipt, not the eventId."),
      response: { 200: ConversionStory },
      errors: ["conversion_not_found"],
    },
    config: { scope: "read" },
    handler: async ({ principal, params }) => {
      const event = ifOwn(principal, await ports.ledger.find(params.id));
      if (event === null) throw new ApiProblem("conversion_not_found", undefined, "id");
      return conversionStory(event);
    },
  });
}

/** The intake as this caller may use it: other people's accounts do not exist in it. */
function intakeOf(principal: Principal, ports: IntakePorts): IntakePorts {
  return { ...ports, accounts: ownAccounts(principal, ports.accounts) };
}
