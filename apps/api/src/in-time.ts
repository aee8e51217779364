import { ApiProblem } from "./api-problem.ts";

/**
 * What `work` gives, if it does within `ms` milliseconds; otherwise the caller is told to send the request again. A
 * bare timer, because every request that brings a body has one.
 */
export function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ApiProblem("overloaded")), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
