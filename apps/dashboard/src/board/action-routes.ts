import { LANES } from "@capi-relay/queue";
import { type AuditLog, StorageUnavailable } from "@capi-relay/storage";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Audit } from "../audit.ts";
import { boardError } from "./board-error.ts";
import { RETRY_ALL_LIMITS, retryAllJobs } from "./retry-all-jobs.ts";
import { BOARD_REFUSALS, type RetryPorts, type RetryRefusal, retryJob } from "./retry-job.ts";

export interface ActionPorts extends RetryPorts {
  readonly noteInLog: Audit;
  readonly audit: Pick<AuditLog, "appendAll">;
  readonly now: () => Date;
}

type JobRequest = { Params: { queueName: string; jobId: string } };
type StatusRequest = { Params: { queueName: string; status: string } };

const RETRY_ALL_TIMEOUT_MS = 30_000;
const GONE: readonly RetryRefusal[] = ["job_gone", "event_gone"];

/** The two things an operator can do on the board, at the addresses its page calls; everything else is denied. */
export function actionRoutes(app: FastifyInstance, ports: ActionPorts): void {
  const { queue, noteInLog } = ports;
  const laneNamed = (queueName: string) => LANES.find((lane) => queue.bullQueues[lane].name === queueName);

  app.put<JobRequest>("/api/queues/:queueName/:jobId/retry", async (request, reply) => {
    const { queueName, jobId } = request.params;
    const action = { action: "retry", jobId };
    if (!isOperator(request)) return deny(request, reply, noteInLog, action);
    const lane = laneNamed(queueName);
    if (lane === undefined) return noSuchQueue(reply);
    const retried = await retryJob(jobId, lane, ports).catch(noting(noteInLog, request, action));
    const { eventId } = retried;
    const facts = { ...action, ...(eventId === undefined ? {} : { eventId }) };
    if (retried.kind === "requeued") {
      noteInLog(request, { ...facts, outcome: "done" });
      await auditRetries(request, [retried.eventId], ports);
      return reply.code(204).send();
    }
    noteInLog(request, { ...facts, outcome: "refused", because: retried.because });
    const status = GONE.includes(retried.because) ? 404 : 409;
    return reply.code(status).send(boardError("Not sent again", BOARD_REFUSALS[retried.because]));
  });

  app.put<StatusRequest>(
    "/api/queues/:queueName/retry/:status",
    { handlerTimeout: RETRY_ALL_TIMEOUT_MS },
    async (request, reply) => {
      const { queueName, status } = request.params;
      const action = { action: "retry_all", status: status.slice(0, 32) };
      if (!isOperator(request)) return deny(request, reply, noteInLog, action);
      const lane = laneNamed(queueName);
      if (lane === undefined) return noSuchQueue(reply);
      if (status !== "failed" && status !== "completed")
        return reply.code(400).send(boardError("Not sent again", "Only failed and completed jobs can be retried."));
      const result = await retryAllJobs(status, lane, ports, RETRY_ALL_LIMITS).catch(
        noting(noteInLog, request, action),
      );
      const { retried, refused, failed, left, eventIds } = result;
      noteInLog(request, { ...action, outcome: "done", retried, refused, failed, left });
      try {
        await auditRetries(request, eventIds, ports);
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        return reply.code(500).send(boardError("Sent again, but not in the audit", notAudited(retried)));
      }
      return reply.send({ retried, skipped: refused + failed + left });
    },
  );

  app.route({
    method: ["POST", "PUT", "PATCH", "DELETE"],
    url: "/*",
    handler: async (request, reply) => {
      const path = request.url.split("?", 1)[0] ?? "";
      return deny(request, reply, noteInLog, { action: `${request.method} ${path.slice(0, 200)}` });
    },
  });
}

function isOperator({ user }: FastifyRequest): boolean {
  return user?.role === "operator";
}

function auditRetries(
  { user }: FastifyRequest,
  eventIds: readonly string[],
  { audit, now }: Pick<ActionPorts, "audit" | "now">,
): Promise<void> {
  const done = {
    at: now(),
    who: user?.name ?? "nobody",
    action: "event_retried",
    detail: "on the queue's page",
  } as const;
  return audit.appendAll(eventIds.map((subject) => ({ ...done, subject })));
}

function notAudited(retried: number): string {
  return `${retried} were sent again. MongoDB did not answer when that was to be written down; the log of the dashboard has it.`;
}

type Attempted = { readonly action: string; readonly jobId?: string };

function deny(request: FastifyRequest, reply: FastifyReply, noteInLog: Audit, action: Attempted): FastifyReply {
  noteInLog(request, { ...action, outcome: "denied" });
  const message = isOperator(request)
    ? "This is switched off here for everybody: it would lose or repeat events behind the ledger's back. Retry is what works."
    : "Your role is viewer: you may look at everything. Ask an operator to retry.";
  return reply.code(403).send(boardError("Not allowed", message));
}

function noSuchQueue(reply: FastifyReply): FastifyReply {
  return reply.code(404).send(boardError("Not found", "There is no such queue here. Go back to the overview."));
}

/** An action that broke off is audited too; part of a retry-all may be done. */
function noting(noteInLog: Audit, request: FastifyRequest, action: Attempted): (error: unknown) => never {
  return (error) => {
    const because = error instanceof StorageUnavailable ? "ledger_away" : "queue_away";
    noteInLog(request, { ...action, outcome: "failed", because });
    throw error;
  };
}
