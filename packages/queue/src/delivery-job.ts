import type { EventReason, EventStatus } from "@capi-relay/contract";

/** The one queue; its jobs show up under this name in Bull Board. */
export const QUEUE_NAME = "conversions";

/** All that Redis ever learns of an event: which one, and which of its lives. */
export interface DeliveryJobData {
  readonly id: string;
  readonly generation: number;
}

/** What a finished job shows. `superseded`: the event's life went on without this job, so there was nothing to do. */
export interface DeliveryJobResult {
  readonly status: EventStatus | "superseded";
  readonly reason: EventReason | null;
}

/** How a turn of a job ends. */
export type JobEnding =
  /** Nothing left to do for this job, well or as expected. */
  | ({ readonly kind: "completed" } & DeliveryJobResult)
  /** An ending a person should see among the failed jobs. */
  | ({ readonly kind: "failed" } & DeliveryJobResult)
  /** The same job again, later. */
  | { readonly kind: "later"; readonly dueAt: Date };

/**
 * One job per life of an event: adding it twice is harmless, and a redrive, which begins a new life, is never blocked by the
 * finished job of an older one. BullMQ refuses ids that are integers or hold a colon; delivery keys are neither.
 */
export const jobIdOf = ({ id, generation }: DeliveryJobData): string => `${id}_${generation}`;

/** Reads job data defensively: a job whose hash Redis lost arrives empty. */
export function readJobData(data: unknown): DeliveryJobData | null {
  if (typeof data !== "object" || data === null) return null;
  const { id, generation } = data as Partial<DeliveryJobData>;
  return typeof id === "string" && Number.isInteger(generation) ? { id, generation: generation as number } : null;
}
