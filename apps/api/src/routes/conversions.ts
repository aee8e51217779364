import {
  ConversionAnswer,
  ConversionBatch,
  ConversionBatchResults,
  ConversionReceipt,
  ConversionRequest,
  ConversionStory,
} from "@capi-relay/contract";
import type { Logger } from "@capi-relay/runtime";
import type { EventLedger } from "@capi-relay/storage";
import { z } from "zod";
import { acceptBatch } from "../accept-batch.ts";
import { INTAKE_PROBLEMS } from "../accept-conversion.ts";
import type { ConflictLimits } from "../access/conflict-limits.ts";
import { ifOwn, ownAccounts } from "../access/own.ts";
import { ownIntake } from "../access/own-intake.ts";
import type { Principal } from "../access/principal.ts";
import { problemOf } from "../answer-errors.ts";
import { ApiProblem } from "../api-problem.ts";
import { conversionStory } from "../conversion-story.ts";
import { tellRefusedItems } from "../failure-log.ts";
import { IdPath } from "../id-path.ts";
import type { RouteRegistry } from "../route-schemas.ts";
import { type SendPorts, sendConversion } from "../send-conversion.ts";
import { callerGone } from "../wait/caller-gone.ts";
import { waitWishOf } from "../wait/wait-wish.ts";

export interface ConversionPorts extends Omit<SendPorts, "conflicts"> {
  readonly conflictLimits: Pick<ConflictLimits, "of">;
  readonly ledger: Pick<EventLedger, "find" | "findConfirmed">;
  readonly log: Logger;
}

const MAX_BATCH_BYTES = 4 * 1024 * 1024;

const SendHeaders = z.object({
  prefer: z
    .string()
    .optional()
    .describe(
      "`wait=N` waits up to N seconds (30 at most) for the ending, and 200 then tells it; `wait=0` does not wait, whatever the key's default. `Preference-Applied` says whether it was heeded. Anything else is ignored (RFC 7240).",
    ),
});

export function conversionRoutes(app: RouteRegistry, ports: ConversionPorts): void {
  /** Requests whose conversion is in: what goes wrong with them after that refuses nothing. */
  const takenIn = new WeakSet<object>();

  app.route({
    method: "POST",
    url: "/v1/whatsapp/conversions",
    schema: {
      operationId: "sendConversion",
      tags: ["Conversions"],
      summary: "Take a conversion in",
      description:
        "202 is a promise: the conversion will be delivered, or its story will say why not. A repeat is answered 200. A request that waits is answered 200 with the ending, or 202 when there is none in time.",
      headers: SendHeaders,
      body: ConversionRequest,
      response: { 202: ConversionReceipt, 200: ConversionAnswer },
      errors: INTAKE_PROBLEMS,
    },
    config: { scope: "send", keepsTime: true },
    onError: async (request, _reply, error) => {
      if (takenIn.has(request)) return;
      ownIntake(request.principal, ports.intake).refused(problemOf(error).code, request.body);
    },
    handler: async (request, reply) => {
      const { principal, headers, body } = request;
      const wish = waitWishOf(headers.prefer, principal.defaultWaitSeconds);
      const sender = { wish, gone: () => callerGone(reply.raw), onTakenIn: () => void takenIn.add(request) };
      const sent = await sendConversion(body, sender, intakeOf(principal, ports));
      if (wish.asked && sent.waitedAsWished) reply.header("preference-applied", `wait=${wish.seconds}`);
      return reply.code(sent.code).send(sent.answer);
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
      // A database that is away, or a mistake of ours, refuses each item by itself.
      neverErrors: ["storage_unavailable", "internal_error"],
    },
    config: { scope: "send" },
    // What was in it nobody counted: the request as a whole was not taken.
    onError: async (_request, _reply, error) => ports.intake.refused(problemOf(error).code, undefined),
    handler: async (request) => {
      const intake = { ...intakeOf(request.principal, ports), log: ports.log };
      const results = await acceptBatch(request.body.events, request.id, intake);
      const codes = results.flatMap((result) => ("error" in result ? [result.error.code] : []));
      tellRefusedItems(codes, request, ports.log);
      return { results };
    },
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

/** The intake as this caller may use it: other people's accounts do not exist in it, nor in what it counts. */
function intakeOf(principal: Principal, ports: ConversionPorts): SendPorts {
  const accounts = ownAccounts(principal, ports.accounts);
  const conflicts = ports.conflictLimits.of(principal.id);
  return { ...ports, accounts, conflicts, intake: ownIntake(principal, ports.intake) };
}
