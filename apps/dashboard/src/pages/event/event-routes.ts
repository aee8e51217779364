import type { Account, AuditLog, EventLedger, LedgerEvent } from "@capi-relay/storage";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RetryPorts } from "../../board/retry-job.ts";
import type { ShowPage } from "../../frame/page.ts";
import type { DashboardUser } from "../../login/users.ts";
import { readerOf } from "../../reader/reader.ts";
import { type ActionPorts, eventActionRoutes } from "./event-action-routes.ts";
import { eventPage } from "./event-page.ts";
import { jobPathOf } from "./job-path.ts";
import { noticeOf } from "./notices.ts";

export interface EventPagePorts extends ActionPorts {
  readonly ledger: Pick<EventLedger, "find">;
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly audit: Pick<AuditLog, "of" | "append">;
  readonly queue: Pick<RetryPorts["queue"], "bullQueues">;
  readonly show: ShowPage;
}

const AUDIT_SHOWN = 50;

/** One event: its story, and what can be done about it. */
export function eventRoutes(app: FastifyInstance, ports: EventPagePorts): void {
  const { accounts, audit, queue, now } = ports;

  const showEvent = async (
    request: FastifyRequest,
    reply: FastifyReply,
    event: LedgerEvent,
    user: DashboardUser,
  ): Promise<FastifyReply> => {
    const { done } = request.query as { readonly done?: unknown };
    const [account, entries, jobPath] = await Promise.all([
      accounts.find(event.accountId),
      audit.of(event.id, AUDIT_SHOWN),
      jobPathOf(event, queue),
    ]);
    const view = {
      event,
      accountName: account?.name ?? event.accountId,
      audit: entries,
      jobPath,
      user,
      notice: noticeOf(done, event.status),
      now: now(),
    };
    const body = eventPage(view, readerOf(request));
    return ports.show(reply, { title: event.eventId, current: "/events", body });
  };

  app.get<{ Params: { id: string } }>("/events/:id", async (request, reply) => {
    const event = await ports.ledger.find(request.params.id);
    const { user } = request;
    return event === null || user === null ? reply.callNotFound() : showEvent(request, reply, event, user);
  });
  eventActionRoutes(app, ports);
}
