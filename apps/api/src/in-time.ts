import { setTimeout as sleep } from "node:timers/promises";
import { ApiProblem } from "./api-problem.ts";

/** What `work` gives, if it does within `ms` milliseconds; otherwise the caller is told to send the request again. */
export async function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  const done = new AbortController();
  const tooLate = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new ApiProblem("overloaded");
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    tooLate.catch(() => undefined);
    done.abort();
  }
}
