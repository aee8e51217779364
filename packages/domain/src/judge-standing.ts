import type { ConversionEvent } from "./conversion-event.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";
import { isPastDeadline } from "./event-deadline.ts";
import { lostToTheDeadline } from "./settle-verdict.ts";

/** An event due within this time is due now: clocks differ, and putting a job back costs more than a second. */
export const DUE_TOLERANCE_MS = 1000;

export type Standing =
  | { readonly kind: "due" }
  | { readonly kind: "early"; readonly dueAt: Date }
  /**
   * Nothing for this job to do: the event is gone, has moved on, rests without a job, or is in another worker's hands.
   */
  | { readonly kind: "stale" }
  /** Its ending is known without another try: Meta's limit has passed, or Meta has it already. */
  | { readonly kind: "over"; readonly outcome: DeliveryOutcome };

/** What a job of `generation` may do with the event it names, as the ledger has it at `now`. */
export function judgeStanding(event: ConversionEvent | null, generation: number, now: Date): Standing {
  if (event === null || event.generation !== generation) return { kind: "stale" };
  if (event.status !== "queued" && event.status !== "retry_scheduled") return { kind: "stale" };
  if (wasDelivered(event)) return { kind: "over", outcome: { status: "delivered", reason: null } };
  if (isPastDeadline(event.expiresAt, now)) return { kind: "over", outcome: lostToTheDeadline(event) };
  if (event.dueAt.getTime() > now.getTime() + DUE_TOLERANCE_MS) return { kind: "early", dueAt: event.dueAt };
  return { kind: "due" };
}

/**
 * A clean answer may come when the sweeper has given the event up and another worker has taken it: it is then only
 * among the attempts. A delivered event never begins another life, so it stays true.
 */
export function wasDelivered({ attempts }: Pick<ConversionEvent, "attempts">): boolean {
  return attempts.some(({ outcome }) => outcome === "delivered");
}
