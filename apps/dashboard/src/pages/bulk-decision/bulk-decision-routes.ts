import type { RetriedSoFar } from "@capi-relay/insight";
import type { BulkDecisionStore } from "@capi-relay/storage";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type AccountNamePorts, accountNames } from "../../account-names.ts";
import type { Audit } from "../../audit.ts";
import { type AuditPorts, noteDone } from "../../do-audited.ts";
import { formOf } from "../../form-bodies.ts";
import type { ShowPage } from "../../frame/page.ts";
import { requireOperator } from "../../login/require-operator.ts";
import type { DashboardUser } from "../../login/users.ts";
import { readerOf } from "../../reader/reader.ts";
import { isUnderway } from "../bulk-order/order-states.ts";
import { paceIn } from "../bulk-order/pace.ts";
import { isBeingSent } from "../bulk-order/resent-so-far.ts";
import { askAboutDoubts } from "./ask-about-doubts.ts";
import { type BulkDecisionView, bulkDecisionPage } from "./bulk-decision-page.ts";
import { decisionPage, decisionPath } from "./decision-page.ts";
import { readDecisionQuery } from "./decision-query.ts";
import { doubtsInWords } from "./doubts-in-words.ts";
import { look, type PlanPorts, whatIsWanted } from "./what-is-wanted.ts";

export interface BulkDecisionPagePorts extends AccountNamePorts, AuditPorts, PlanPorts {
  readonly bulkDecisions: Pick<BulkDecisionStore, "start" | "find" | "list" | "stop">;
  /** What became, so far, of the events that a decision had sent again. */
  readonly whatBecameOfResent: (decisionId: string) => Promise<RetriedSoFar>;
  readonly show: ShowPage;
  readonly noteInLog: Audit;
}

const DECISIONS_SHOWN = 20;
const REFRESH_SECONDS = 3;
const PAGE = { title: "Bulk decision", current: "/events" } as const;

/** Deciding about many events in doubt: which, how they spread, what became of them, go, how far, stop. */
export function bulkDecisionRoutes(app: FastifyInstance, ports: BulkDecisionPagePorts): void {
  const { bulkDecisions, whatBecameOfResent, show, now } = ports;
  const operator = { preHandler: requireOperator(ports) };

  const showPlan = async (
    request: FastifyRequest,
    reply: FastifyReply,
    user: DashboardUser,
    what: Pick<BulkDecisionView, "query" | "seen" | "problem">,
  ): Promise<FastifyReply> => {
    const [accounts, decisions] = await Promise.all([accountNames(ports), bulkDecisions.list(DECISIONS_SHOWN)]);
    const body = bulkDecisionPage({ ...what, accounts, decisions, user }, readerOf(request));
    return show(reply, { ...PAGE, body }, what.problem === null ? 200 : 422);
  };

  app.get("/bulk-decision", async (request, reply) => {
    if (request.user === null) return reply.callNotFound();
    return showPlan(request, reply, request.user, {
      query: readDecisionQuery(request.query),
      seen: null,
      problem: null,
    });
  });

  app.get("/bulk-decision/plan", async (request, reply) => {
    if (request.user === null) return reply.callNotFound();
    const query = readDecisionQuery(request.query);
    const seen = query.mistakes.length > 0 ? null : await look(query, now(), ports);
    return showPlan(request, reply, request.user, { query, seen, problem: null });
  });

  app.get("/bulk-decision/confirm", operator, async (request, reply) => {
    const { user } = request;
    if (user === null) return reply.callNotFound();
    const fields = new URLSearchParams(request.query as Record<string, string>);
    const wanted = await whatIsWanted(fields, ports);
    if (wanted.kind === "problem") return showPlan(request, reply, user, wanted);
    const asked = { ...wanted, perSecond: paceIn(fields), accounts: await accountNames(ports) };
    return show(reply, { ...PAGE, body: askAboutDoubts(asked, readerOf(request)) });
  });

  app.post("/bulk-decision", operator, async (request, reply) => {
    const { user } = request;
    if (user === null) return reply.callNotFound();
    const form = formOf(request);
    const wanted = await whatIsWanted(form, ports);
    if (wanted.kind === "problem") return showPlan(request, reply, user, wanted);
    const { query, plan, doubtedBefore, as } = wanted;
    const { filter } = query;
    const decision = await bulkDecisions.start(
      { filter, as, doubtedBefore, planned: plan.count, perSecond: paceIn(form), startedBy: user.name },
      now(),
    );
    const detail = `${as}: ${plan.count} events ${doubtsInWords(filter, await accountNames(ports))}`;
    await noteDone(request, ports, { action: "bulk_decision_started", subject: decision.id, detail });
    return reply.redirect(decisionPath(decision.id), 303);
  });

  app.get<{ Params: { id: string } }>("/bulk-decision/:id", async (request, reply) => {
    const decision = await bulkDecisions.find(request.params.id);
    if (decision === null || request.user === null) return reply.callNotFound();
    const sendsAgain = decision.as === "resend" && decision.decided > 0;
    const [accounts, resent] = await Promise.all([
      accountNames(ports),
      sendsAgain ? whatBecameOfResent(decision.id) : null,
    ]);
    const body = decisionPage({ decision, resent, accounts, user: request.user }, readerOf(request));
    const moves = isUnderway(decision) || (resent !== null && isBeingSent(resent));
    return show(reply, { ...PAGE, body, ...(moves ? { refreshSeconds: REFRESH_SECONDS } : {}) });
  });

  app.post<{ Params: { id: string } }>("/bulk-decision/:id/stop", operator, async (request, reply) => {
    const decision = await bulkDecisions.find(request.params.id);
    if (decision === null) return reply.callNotFound();
    const stopped = await bulkDecisions.stop(decision.id);
    if (stopped) await noteDone(request, ports, { action: "bulk_decision_stopped", subject: decision.id });
    return reply.redirect(decisionPath(decision.id), 303);
  });
}
