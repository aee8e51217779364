import { type RetryPorts, retryEvent } from "@capi-relay/case-work";
import { ResolveRequest } from "@capi-relay/contract";
import {
  type Cancelled,
  cancelRefusal,
  correctionRefusal,
  type Decisions,
  REFUSAL_SENTENCES,
  type Resolved,
  redriveRefusal,
} from "@capi-relay/dispatch";
import type { EventLedger, LedgerEvent } from "@capi-relay/storage";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Audit } from "../../audit.ts";
import { type AuditPorts, noteDone } from "../../do-audited.ts";
import { eventPath } from "../../event-path.ts";
import { formOf } from "../../form-bodies.ts";
import type { ShowPage } from "../../frame/page.ts";
import type { Part } from "../../html.ts";
import { requireOperator } from "../../login/require-operator.ts";
import { readerOf } from "../../reader/reader.ts";
import { askCancel, askResolve, askRetry, refuseAction } from "./ask-about-event.ts";
import { asTyped, changesBetween, typedIn } from "./correction-fields.ts";

export interface ActionPorts extends AuditPorts {
  readonly ledger: Pick<EventLedger, "find">;
  readonly accounts: RetryPorts["accounts"];
  readonly decisions: Pick<Decisions, "redrive" | "cancel" | "resolve">;
  readonly lookupKeys: RetryPorts["lookupKeys"];
  readonly show: ShowPage;
  readonly noteInLog: Audit;
}

type EventRequest = FastifyRequest<{ Params: { id: string } }>;

/** What an operator does about one event. Each is asked about first, on a page that says what will happen. */
export function eventActionRoutes(app: FastifyInstance, ports: ActionPorts): void {
  const { accounts, decisions, now } = ports;
  const operator = { preHandler: requireOperator(ports) };
  const ask = (reply: FastifyReply, event: LedgerEvent, body: Part, status = 200) =>
    ports.show(reply, { title: event.eventId, current: "/events", body }, status);
  const refuse = (reply: FastifyReply, event: LedgerEvent, sentence: string) =>
    ask(reply, event, refuseAction(event, sentence), 409);
  const found = async (
    request: EventRequest,
    reply: FastifyReply,
    then: (event: LedgerEvent) => Promise<FastifyReply>,
  ) => {
    const event = await ports.ledger.find(request.params.id);
    return event === null ? reply.callNotFound() : then(event);
  };

  app.get<{ Params: { id: string } }>("/events/:id/retry", operator, (request, reply) =>
    found(request, reply, async (event) => {
      const account = await accounts.find(event.accountId);
      const refusal = redriveRefusal(event, now());
      if (refusal !== null) return refuse(reply, event, REFUSAL_SENTENCES[refusal]);
      return ask(reply, event, askRetry(event, account, asTyped(event), null));
    }),
  );

  app.post<{ Params: { id: string } }>("/events/:id/retry", operator, (request, reply) =>
    found(request, reply, async (event) => {
      const account = await accounts.find(event.accountId);
      const typed = typedIn(formOf(request), asTyped(event));
      const askAgain = (sentence: string) => ask(reply, event, askRetry(event, account, typed, sentence), 422);
      const mayCorrect = correctionRefusal(event) === null;
      const changed = mayCorrect ? changesBetween(asTyped(event), typed, readerOf(request)) : NO_CHANGES;
      if (changed.kind === "mistake") return askAgain(changed.sentence);
      const changes = changed.kind === "changes" ? changed.changes : null;
      // The page that asked has said whether a try may have arrived.
      const wish = { changes, evenIfArrived: true };
      const note: RetryPorts["note"] = (action, detail) =>
        noteDone(request, ports, { action, subject: event.id, detail });
      const retried = await retryEvent(event, wish, { ...ports, note });
      if (retried.kind === "account_gone") return askAgain("Its account is gone, so it cannot be corrected.");
      if (retried.kind === "correction_refused")
        return askAgain(retried.refused.message ?? CORRECTION_SENTENCES[retried.refused.code]);
      const refusal = refusalOf(retried);
      if (refusal !== null) return refuse(reply, event, refusal);
      return reply.redirect(`${eventPath(event.id)}?done=${changes === null ? "retried" : "corrected"}`, 303);
    }),
  );

  app.get<{ Params: { id: string } }>("/events/:id/cancel", operator, (request, reply) =>
    found(request, reply, async (event) => {
      const refusal = cancelRefusal(event);
      return refusal === null ? ask(reply, event, askCancel(event)) : refuse(reply, event, REFUSAL_SENTENCES[refusal]);
    }),
  );

  app.post<{ Params: { id: string } }>("/events/:id/cancel", operator, (request, reply) =>
    found(request, reply, async (event) => {
      const refusal = refusalOf(await decisions.cancel(event.id, "cancelled_by_operator"));
      if (refusal !== null) return refuse(reply, event, refusal);
      await noteDone(request, ports, { action: "event_cancelled", subject: event.id });
      return reply.redirect(`${eventPath(event.id)}?done=cancelled`, 303);
    }),
  );

  app.get<{ Params: { id: string } }>("/events/:id/resolve", operator, (request, reply) =>
    found(request, reply, async (event) => {
      if (event.status !== "outcome_unknown") return refuse(reply, event, REFUSAL_SENTENCES.outcome_is_known);
      return ask(reply, event, askResolve(event, null));
    }),
  );

  app.post<{ Params: { id: string } }>("/events/:id/resolve", operator, (request, reply) =>
    found(request, reply, async (event) => {
      const chosen = ResolveRequest.safeParse({ as: formOf(request).get("as") });
      if (!chosen.success) return ask(reply, event, askResolve(event, "Choose one of the three."), 422);
      const { as } = chosen.data;
      const refusal = refusalOf(await decisions.resolve(event.id, as));
      if (refusal !== null) return refuse(reply, event, refusal);
      await noteDone(request, ports, { action: "event_resolved", subject: event.id, detail: as });
      return reply.redirect(`${eventPath(event.id)}?done=resolved`, 303);
    }),
  );
}

const NO_CHANGES = { kind: "none" } as const;
const CORRECTION_SENTENCES = {
  value_required: "Meta takes a Purchase only with a value greater than 0.",
  currency_required: "A value means nothing to Meta without its currency, such as BRL.",
  event_name_refused: "Meta refuses this event name for WhatsApp.",
  event_name_not_allowed: "The account does not send this event name.",
  event_name_switched_off: "Meta refused this event name for the account's dataset, so it is switched off there.",
  customer_data_unreadable: "The customer's data was encrypted with a key that is no longer in ENCRYPTION_KEYS.",
} as const;

function refusalOf(result: Cancelled | Resolved): string | null {
  if (result.kind === "refused") return REFUSAL_SENTENCES[result.because];
  return result.kind === "not_found" ? "The ledger does not know this event any more." : null;
}
