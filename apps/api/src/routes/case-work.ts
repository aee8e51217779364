import { ResolveRequest, RetryRequest } from "@capi-relay/contract";
import type { Cancelled, Dispatcher, Resolved } from "@capi-relay/dispatch";
import type { Account, AuditEntry, AuditLog, EventLedger, LedgerEvent } from "@capi-relay/storage";
import type { LookupKeys } from "@capi-relay/vault";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiProblem, parseInput } from "../api-problem.ts";
import { conversionStory } from "../conversion-story.ts";
import { correctionOf } from "../correct-event.ts";

export interface CaseWorkPorts {
  readonly ledger: Pick<EventLedger, "find">;
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly dispatcher: Pick<Dispatcher, "redrive" | "cancel" | "resolve">;
  readonly audit: Pick<AuditLog, "append">;
  readonly lookupKeys: LookupKeys;
  readonly now: () => Date;
}

const EventPath = z.object({ id: z.string().max(64) });
const NoBody = z.strictObject({});

/** What a person, or a program with a key, does about one event: send it again, cancel it, end the doubt about it. */
export function caseWorkRoutes(app: FastifyInstance, ports: CaseWorkPorts): void {
  const note = (action: AuditEntry["action"], subject: string, detail = "") =>
    ports.audit.append({ at: ports.now(), who: "admin key", action, subject, detail });

  app.post("/v1/whatsapp/conversions/:id/retry", async (request) => {
    const event = await findEvent(request.params, ports);
    const { changes } = parseInput(RetryRequest, request.body ?? {});
    if (changes === undefined) {
      demand(await ports.dispatcher.redrive(event.id));
      await note("event_retried", event.id);
    } else {
      const account = await ports.accounts.find(event.accountId);
      if (account === null) throw new ApiProblem("account_not_found");
      demand(await ports.dispatcher.redrive(event.id, correctionOf(event, changes, account, ports.lookupKeys)));
      await note("event_corrected", event.id, Object.keys(changes).join(", "));
    }
    return story(event.id, ports);
  });

  app.post("/v1/whatsapp/conversions/:id/cancel", async (request) => {
    const event = await findEvent(request.params, ports);
    parseInput(NoBody, request.body ?? {});
    demand(await ports.dispatcher.cancel(event.id, "cancelled_by_caller"));
    await note("event_cancelled", event.id);
    return story(event.id, ports);
  });

  app.post("/v1/whatsapp/conversions/:id/resolve", async (request) => {
    const event = await findEvent(request.params, ports);
    const { as } = parseInput(ResolveRequest, request.body);
    demand(await ports.dispatcher.resolve(event.id, as));
    await note("event_resolved", event.id, as);
    return story(event.id, ports);
  });
}

async function findEvent(params: unknown, { ledger }: CaseWorkPorts): Promise<LedgerEvent> {
  const event = await ledger.find(EventPath.parse(params).id);
  if (event === null) throw new ApiProblem("conversion_not_found", undefined, "id");
  return event;
}

async function story(id: string, ports: CaseWorkPorts) {
  return conversionStory(await findEvent({ id }, ports));
}

function demand(result: Cancelled | Resolved): void {
  if (result.kind === "refused") throw new ApiProblem(result.because);
  if (result.kind === "not_found") throw new ApiProblem("conversion_not_found", undefined, "id");
}
