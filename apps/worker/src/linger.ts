/** At most this many times as long as behind a single request. */
const MOST = 10;

/**
 * How long a request that is not full waits for company, in milliseconds, while others of its destination are on their way.
 *
 * Behind one request hardly at all, behind several longer, by the square: events then come faster than requests come back, so a
 * little patience fills requests, and fuller ones cost everybody less (us a claim and a record, Meta's limits a call). A full
 * request never waits, and none does once nothing else is on its way.
 */
export function lingerFor(lingerMs: number, inFlight: number): number {
  return lingerMs * Math.min(inFlight ** 2, MOST);
}
