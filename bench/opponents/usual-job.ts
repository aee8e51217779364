import type { JobsOptions } from "bullmq";

/** A job as most people queue it: the whole payload, a few retries, and finished ones kept for a while. */
export const USUAL_OPTIONS: JobsOptions = {
  attempts: 5,
  backoff: { type: "exponential", delay: 5_000 },
  removeOnComplete: 1_000,
  removeOnFail: 5_000,
};

/** What the workers and producers here call their queue. */
export const usualName = "send-conversion";
