/** At most this many times as long as behind a single request. */
const MOST = 10;
/** The same while events come so fast that a request fills up within that time, */
const MOST_WHILE_FILLING = 30;
/** but for that reason no longer than this, in milliseconds. */
const LONGEST_WHILE_FILLING_MS = 500;

/**
 * How long a request that is not full waits for company, in milliseconds, while others of its destination are on their way.
 *
 * Behind one request hardly at all, behind several longer, by the square: events then come faster than requests come back, so a
 * little patience fills requests, and fuller ones cost everybody less (us a claim and a record, Meta's limits a call). Where a
 * request fills up within 30 times the setting, it is worth waiting for. A full request never waits, and none does once nothing
 * else is on its way.
 *
 * @param fillsInMs How long it takes, at the present pace, until as many events have come as a request carries.
 */
export function lingerFor(lingerMs: number, inFlight: number, fillsInMs: number): number {
  if (inFlight === 0) return 0;
  const usual = lingerMs * Math.min(inFlight ** 2, MOST);
  const whileFilling = Math.min(lingerMs * MOST_WHILE_FILLING, LONGEST_WHILE_FILLING_MS);
  return fillsInMs <= whileFilling ? Math.max(usual, whileFilling) : usual;
}
