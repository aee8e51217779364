import { DelayedError, type Job, UnrecoverableError } from "bullmq";
import type { DeliveryJobResult, JobEnding } from "./delivery-job.ts";

/** The only place that steers BullMQ: an ending becomes a return value, a move, or one of its exceptions. */
export async function settleJob(ending: JobEnding, job: Job, token?: string): Promise<DeliveryJobResult> {
  switch (ending.kind) {
    case "completed":
      return { status: ending.status, reason: ending.reason };
    case "failed":
      throw plainFailure(ending);
    case "later":
      // In this order: the exception alone would leave the job active and unlocked.
      await job.moveToDelayed(ending.dueAt.getTime(), token);
      throw new DelayedError();
  }
}

/** Redis keeps a failure's text and stack for days, so neither says more than status and reason. */
function plainFailure({ status, reason }: DeliveryJobResult): UnrecoverableError {
  const failure = new UnrecoverableError(reason === null ? status : `${status}: ${reason}`);
  failure.stack = "";
  return failure;
}
