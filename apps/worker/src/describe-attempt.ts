import type { JudgedPart } from "./judge-part.ts";
import type { Passenger } from "./waiting-rooms.ts";

/**
 * One wide log line per attempt: enough to answer "what happened to it?", nothing that names a person. Field by field,
 * so that what an attempt learns to hold one day (Meta's own words are in it already) stays out of the logs until it is
 * named here.
 */
export function describeAttempt(
  { event }: Passenger,
  { attempt, outcome }: Pick<JudgedPart, "attempt" | "outcome">,
): Record<string, unknown> {
  const { startedAt, durationMs } = attempt;
  return {
    event: event.id,
    account: event.accountId,
    eventName: event.eventName,
    generation: event.generation,
    attempt: attempt.number,
    trigger: attempt.trigger,
    batchSize: attempt.batchSize,
    status: outcome.status,
    reason: outcome.reason,
    httpStatus: attempt.httpStatus,
    code: attempt.code,
    subcode: attempt.subcode,
    fbtraceId: attempt.traceId,
    durationMs,
    mayHaveArrived: attempt.mayHaveArrived,
    spent: attempt.spent,
    sinceAcceptedMs: startedAt.getTime() + durationMs - event.acceptedAt.getTime(),
    ...("dueAt" in outcome ? { dueAt: outcome.dueAt } : {}),
  };
}
