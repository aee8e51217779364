import type { Logger } from "@capi-relay/runtime";
import type { FastifyRequest } from "fastify";

/** What somebody did, or tried to do. Ids and counts only. */
interface AuditedAction {
  readonly action: string;
  readonly outcome: "done" | "refused" | "denied" | "failed";
  readonly jobId?: string;
  readonly eventId?: string;
  readonly [fact: string]: string | number | undefined;
}

export type Audit = (request: FastifyRequest, action: AuditedAction) => void;

/** One log line for each action, whether it was let through or not; a warning when it was not allowed. */
export function auditTo(log: Logger): Audit {
  return (request, action) => {
    const { user } = request;
    const level = action.outcome === "denied" ? "warn" : "info";
    log[level]({ user: user?.name, role: user?.role, requestId: request.id, ...action }, "dashboard.action");
  };
}
