import { type Decisions, REFUSAL_SENTENCES, type RedriveRefusal } from "@capi-relay/dispatch";
import { type ConversionQueue, type Lane, readJobData } from "@capi-relay/queue";

export interface RetryPorts {
  readonly queue: Pick<ConversionQueue, "bullQueues" | "forget">;
  readonly decisions: Pick<Decisions, "redrive">;
}

/** `job_gone`: Redis no longer knows the job. `event_gone`: the ledger no longer knows its event. */
export type RetryRefusal = RedriveRefusal | "job_gone" | "event_gone";

export type Retried =
  | { readonly kind: "requeued"; readonly eventId: string }
  | { readonly kind: "refused"; readonly eventId?: string; readonly because: RetryRefusal };

/**
 * Sends the event of a job again, by the ledger alone: BullMQ's own retry would run a job of a life that is over, and
 * could send twice what Meta never dedupes.
 */
export async function retryJob(jobId: string, lane: Lane, { queue, decisions }: RetryPorts): Promise<Retried> {
  const job = await queue.bullQueues[lane].getJob(jobId);
  const data = readJobData(job?.data);
  if (data === null) return { kind: "refused", because: "job_gone" };
  const redriven = await decisions.redrive(data.id);
  switch (redriven.kind) {
    case "not_found":
      return { kind: "refused", eventId: data.id, because: "event_gone" };
    case "refused":
      return { kind: "refused", eventId: data.id, because: redriven.because };
    case "requeued":
      // The redrive forgot the job of the life before; this one may belong to a still older life.
      if (data.generation < redriven.generation - 1) await queue.forget(data);
      return { kind: "requeued", eventId: data.id };
  }
}

export const BOARD_REFUSALS: Readonly<Record<RetryRefusal, string>> = {
  ...REFUSAL_SENTENCES,
  job_gone: "This job is gone, most likely because its event was sent again meanwhile. Reload the list.",
  event_gone: "The ledger does not know this event any more, so it cannot be sent again.",
};
