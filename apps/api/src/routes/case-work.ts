import { type Retried, type RetryPorts, retryEvent } from "@capi-relay/case-work";
import { ConversionStory, EmptyRequest, ResolveRequest, RetryRequest } from "@capi-relay/contract";
import type { Cancelled, Decisions, Resolved } from "@capi-relay/dispatch";
import type { EventLedger, LedgerEvent } from "@capi-relay/storage";
import { type AuditPorts, auditTrail } from "../access/audit-trail.ts";
import { ifOwn } from "../access/own.ts";
import type { Principal } from "../access/principal.ts";
import { ApiProblem } from "../api-problem.ts";
import { conversionStory } from "../conversion-story.ts";
import { CORRECTION_PROBLEMS, correctionProblem } from "../correction-problem.ts";
import { IdPath } from "../id-path.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export interface CaseWorkPorts extends AuditPorts {
  readonly ledger: Pick<EventLedger, "find">;
  readonly accounts: RetryPorts["accounts"];
  readonly decisions: Pick<Decisions, "redrive" | "cancel" | "resolve">;
  readonly lookupKeys: RetryPorts["lookupKeys"];
}

const EventPath = IdPath("Of the receipt, not the eventId.");

/** What a person, or a program with a key, does about one event: send it again, cancel it, end the doubt about it. */
export function caseWorkRoutes(app: RouteRegistry, ports: CaseWorkPorts): void {
  const note = auditTrail(ports);

  app.route({
    method: "POST",
    url: "/v1/whatsapp/conversions/:id/retry",
    schema: {
      operationId: "retryConversion",
      tags: ["Conversions"],
      summary: "Send a rejected or failed conversion again",
      description:
        "With `changes` it is corrected first. What may have arrived at Meta is sent again only with `evenIfArrived`.",
      params: EventPath,
      body: RetryRequest.optional(),
      response: { 200: ConversionStory },
      errors: [
        "conversion_not_found",
        ...CORRECTION_PROBLEMS,
        "already_delivered",
        "cancelled",
        "goes_by_itself",
        "may_have_arrived",
        "not_correctable",
        "outcome_unknown",
        "sample_data",
        "under_way",
        "window_passed",
      ],
    },
    config: { scope: "operate" },
    handler: async ({ principal, params, body }) => {
      const event = await findEvent(params.id, principal, ports);
      const wish = { changes: body?.changes ?? null, evenIfArrived: body?.evenIfArrived === true };
      const noteRetry: RetryPorts["note"] = (action, detail) => note(principal, action, event.id, detail);
      demandRetried(await retryEvent(event, wish, { ...ports, note: noteRetry }));
      return story(event.id, principal, ports);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/whatsapp/conversions/:id/cancel",
    schema: {
      operationId: "cancelConversion",
      tags: ["Conversions"],
      summary: "Cancel a conversion that cannot have arrived",
      params: EventPath,
      body: EmptyRequest.optional(),
      response: { 200: ConversionStory },
      errors: ["conversion_not_found", "already_ended", "may_have_arrived", "under_way"],
    },
    config: { scope: "operate" },
    handler: async ({ principal, params }) => {
      const event = await findEvent(params.id, principal, ports);
      demand(await ports.decisions.cancel(event.id, "cancelled_by_caller"));
      await note(principal, "event_cancelled", event.id);
      return story(event.id, principal, ports);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/whatsapp/conversions/:id/resolve",
    schema: {
      operationId: "resolveConversion",
      tags: ["Conversions"],
      summary: "End the doubt about a conversion",
      description: "For `outcome_unknown`: say what Events Manager shows, or decide.",
      params: EventPath,
      body: ResolveRequest,
      response: { 200: ConversionStory },
      errors: ["conversion_not_found", "outcome_is_known", "sample_data", "under_way", "window_passed"],
    },
    config: { scope: "operate" },
    handler: async ({ principal, params, body: { as } }) => {
      const event = await findEvent(params.id, principal, ports);
      demand(await ports.decisions.resolve(event.id, as));
      await note(principal, "event_resolved", event.id, as);
      return story(event.id, principal, ports);
    },
  });
}

async function findEvent(id: string, by: Principal, { ledger }: CaseWorkPorts): Promise<LedgerEvent> {
  const event = ifOwn(by, await ledger.find(id));
  if (event === null) throw new ApiProblem("conversion_not_found", undefined, "id");
  return event;
}

async function story(id: string, by: Principal, ports: CaseWorkPorts) {
  return conversionStory(await findEvent(id, by, ports));
}

function demandRetried(retried: Retried): void {
  if (retried.kind === "account_gone") throw new ApiProblem("account_not_found");
  if (retried.kind === "correction_refused") throw correctionProblem(retried.refused);
  demand(retried);
}

function demand(result: Cancelled | Resolved): void {
  if (result.kind === "refused") throw new ApiProblem(result.because);
  if (result.kind === "not_found") throw new ApiProblem("conversion_not_found", undefined, "id");
}
