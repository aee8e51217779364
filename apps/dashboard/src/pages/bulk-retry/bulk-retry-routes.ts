import { type BulkRetryPlan, MAX_BULK_RETRY, type RetriedSoFar } from "@capi-relay/insight";
import type { BulkRetryFilter, BulkRetryStore } from "@capi-relay/storage";
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
import { type EventQuery, readEventQuery } from "../events/event-query.ts";
import { bulkRetryPage } from "./bulk-retry-page.ts";
import { orderPage, orderPath } from "./order-page.ts";
import { retryFilterOf } from "./retry-filter.ts";

export interface BulkRetryPagePorts extends AccountNamePorts, AuditPorts {
  readonly planBulkRetry: (filter: BulkRetryFilter) => Promise<BulkRetryPlan>;
  readonly bulkRetries: Pick<BulkRetryStore, "start" | "find" | "list" | "stop">;
  /** What became, so far, of the events that an order sent again. */
  readonly whatBecameOfRetried: (orderId: string) => Promise<RetriedSoFar>;
  readonly show: ShowPage;
  readonly noteInLog: Audit;
}

const ORDERS_SHOWN = 20;
const REFRESH_SECONDS = 3;

/** Sending many events again: which, what would happen, go, how far, stop. A worker does the work. */
export function bulkRetryRoutes(app: FastifyInstance, ports: BulkRetryPagePorts): void {
  const { bulkRetries, planBulkRetry, whatBecameOfRetried, show, now } = ports;
  const operator = { preHandler: requireOperator(ports) };

  const showPlan = async (
    request: FastifyRequest,
    reply: FastifyReply,
    user: DashboardUser,
    what: { query: EventQuery; filter: BulkRetryFilter; plan: BulkRetryPlan | null; problem: string | null },
  ): Promise<FastifyReply> => {
    const [accounts, orders] = await Promise.all([accountNames(ports), bulkRetries.list(ORDERS_SHOWN)]);
    const { sparesPossiblyArrived } = what.filter;
    const body = bulkRetryPage({ ...what, sparesPossiblyArrived, accounts, orders, user }, readerOf(request));
    return show(reply, { title: "Bulk retry", current: "/bulk-retry", body }, what.problem === null ? 200 : 422);
  };

  app.get("/bulk-retry", async (request, reply) => {
    if (request.user === null) return reply.callNotFound();
    return showPlan(request, reply, request.user, { ...whatIn(request.query), plan: null, problem: null });
  });

  app.get("/bulk-retry/plan", async (request, reply) => {
    if (request.user === null) return reply.callNotFound();
    const what = whatIn(request.query);
    const plan = what.query.mistakes.length > 0 ? null : await planBulkRetry(what.filter);
    return showPlan(request, reply, request.user, { ...what, plan, problem: null });
  });

  app.post("/bulk-retry", operator, async (request, reply) => {
    const { user } = request;
    if (user === null) return reply.callNotFound();
    const form = formOf(request);
    const what = whatIn(form);
    // A field that was not understood would make it about more events than somebody saw.
    const plan = what.query.mistakes.length > 0 ? null : await planBulkRetry(what.filter);
    const problem = problemOf(plan);
    if (plan === null || problem !== null) return showPlan(request, reply, user, { ...what, plan, problem });
    const perSecond = paceIn(form);
    const order = await bulkRetries.start(
      { filter: what.filter, planned: plan.count, perSecond, startedBy: user.name },
      now(),
    );
    await noteDone(request, ports, { action: "bulk_retry_started", subject: order.id, detail: `${plan.count} events` });
    return reply.redirect(orderPath(order.id), 303);
  });

  app.get<{ Params: { id: string } }>("/bulk-retry/:id", async (request, reply) => {
    const order = await bulkRetries.find(request.params.id);
    if (order === null || request.user === null) return reply.callNotFound();
    const [accounts, retried] = await Promise.all([
      accountNames(ports),
      order.requeued === 0 ? null : whatBecameOfRetried(order.id),
    ]);
    const body = orderPage({ order, retried, accounts, user: request.user }, readerOf(request));
    const moves = isUnderway(order) || (retried !== null && isBeingSent(retried));
    const refresh = moves ? { refreshSeconds: REFRESH_SECONDS } : {};
    return show(reply, { title: "Bulk retry", current: "/bulk-retry", body, ...refresh });
  });

  app.post<{ Params: { id: string } }>("/bulk-retry/:id/stop", operator, async (request, reply) => {
    const order = await bulkRetries.find(request.params.id);
    if (order === null) return reply.callNotFound();
    const stopped = await bulkRetries.stop(order.id);
    if (stopped) await noteDone(request, ports, { action: "bulk_retry_stopped", subject: order.id });
    return reply.redirect(orderPath(order.id), 303);
  });
}

function whatIn(fields: unknown): { readonly query: EventQuery; readonly filter: BulkRetryFilter } {
  const query = readEventQuery(fields);
  const arrived = fields instanceof URLSearchParams ? fields.get("arrived") : (fields as { arrived?: unknown }).arrived;
  return { query, filter: retryFilterOf(query, arrived !== "too") };
}

function problemOf(plan: BulkRetryPlan | null): string | null {
  if (plan === null) return "Nothing was started: the filter could not be read.";
  if (plan.isTooLarge) return `Nothing was started: more than ${MAX_BULK_RETRY} events fit. Narrow the filter.`;
  return plan.count === 0 ? "Nothing was started: no event fits that Meta still takes." : null;
}
