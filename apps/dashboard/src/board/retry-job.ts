import type { Dispatcher, RedriveRefusal } from "@capi-relay/dispatch";
import { type ConversionQueue, readJobData } from "@capi-relay/queue";

export interface RetryPorts {
  readonly queue: Pick<ConversionQueue, "bullQueue" | "forget">;
  readonly dispatcher: Pick<Dispatcher, "redrive">;
}

/** `job_gone`: Redis no longer knows the job. `event_gone`: the ledger no longer knows its event. */
export type RetryRefusal = RedriveRefusal | "job_gone" | "event_gone";

export type Retried =
  | { readonly kind: "requeued"; readonly eventId: string }
  | { readonly kind: "refused"; readonly eventId?: string; readonly because: RetryRefusal };

/**
 * Sends the event of a job again, by the ledger alone: BullMQ's own retry would run a job of a life that is over, and could
 * send twice what Meta never dedupes.
 */
export async function retryJob(jobId: string, { queue, dispatcher }: RetryPorts): Promise<Retried> {
  const job = await queue.bullQueue.getJob(jobId);
  const data = readJobData(job?.data);
  if (data === null) return { kind: "refused", because: "job_gone" };
  const redriven = await dispatcher.redrive(data.id);
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

export const REFUSAL_SENTENCES: Readonly<Record<RetryRefusal, string>> = {
  already_delivered: "Meta has counted this event already; sent again, it would be counted twice.",
  outcome_unknown:
    "This event may have arrived at Meta, so a retry does not send it again. Look in Events Manager, then resolve it as delivered, resend or abandon.",
  under_way: "This event is on its way already. Wait for its ending.",
  goes_by_itself: "This event waits for a click or for its account, and goes out by itself.",
  window_passed: "Meta's limit of 7 days after the event time has passed; nothing can be sent for this event any more.",
  cancelled: "This event was cancelled, and a cancelled event is not sent again.",
  job_gone: "This job is gone, most likely because its event was sent again meanwhile. Reload the list.",
  event_gone: "The ledger does not know this event any more, so it cannot be sent again.",
};
