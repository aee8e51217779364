import type { JudgedPart } from "./judge-part.ts";
import type { Passenger } from "./waiting-rooms.ts";

/** One wide log line per attempt: enough to answer "what happened to it?", nothing that names a person. */
export function describeAttempt(
  { event }: Passenger,
  { attempt, outcome }: Pick<JudgedPart, "attempt" | "outcome">,
): Record<string, unknown> {
  const { metaTitle: _title, metaMessage: _message, startedAt: _startedAt, outcome: _status, ...facts } = attempt;
  return {
    event: event.id,
    account: event.accountId,
    eventName: event.eventName,
    generation: event.generation,
    status: outcome.status,
    ...facts,
    ...("dueAt" in outcome ? { dueAt: outcome.dueAt } : {}),
  };
}
