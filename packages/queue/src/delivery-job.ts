import type { EventReason, EventStatus } from "@capi-relay/contract";

/**
 * Where a job waits. `fast` is for everybody; `slow` for accounts that would fill the fast one, by their number or
 * because they stand still, so that small shops overtake them; `alone` for events during which a worker died twice:
 * there one runs at a time, and nothing else with it.
 */
export const LANES = ["fast", "slow", "alone"] as const;
export type Lane = (typeof LANES)[number];

/** The queue of each lane, by the name it has in Bull Board. */
export const QUEUE_NAMES: Readonly<Record<Lane, string>> = {
  fast: "conversions",
  slow: "conversions-slow",
  alone: "conversions-alone",
};

/** All that Redis ever learns of an event: which one, and which of its lives. */
export interface DeliveryJobData {
  readonly id: string;
  readonly generation: number;
}

/**
 * What a finished job shows. `superseded`: the event's life went on without this job. `moved`: it waits in another
 * lane.
 */
export interface DeliveryJobResult {
  readonly status: EventStatus | "superseded" | "moved";
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
 * One job per life of an event: adding it twice is harmless, and a redrive, which begins a new life, is never blocked
 * by the finished job of an older one. BullMQ refuses ids that are integers or hold a colon; delivery keys are neither.
 */
export const jobIdOf = ({ id, generation }: DeliveryJobData): string => `${id}_${generation}`;

/** Reads job data defensively: a job whose hash Redis lost arrives empty. */
export function readJobData(data: unknown): DeliveryJobData | null {
  if (typeof data !== "object" || data === null) return null;
  const { id, generation } = data as Partial<DeliveryJobData>;
  return typeof id === "string" && Number.isInteger(generation) ? { id, generation: generation as number } : null;
}
