/** At most this many times as long as behind a single request. */
const MOST = 10;
/** The same while events come so fast that a request fills up within that time, */
const MOST_WHILE_FILLING = 50;
/** but for that reason, or while this worker is behind, no longer than this, in milliseconds. */
const LONGEST_WHILE_FILLING_MS = 500;

/**
 * How long a request that is not full waits for company, in milliseconds.
 *
 * Behind one request hardly at all, behind several longer, by the square: events then come faster than requests come back, so a
 * little patience fills requests, and fuller ones cost everybody less (us a claim and a record, Meta's limits a call). Where a
 * request fills up within 50 times the setting, it is worth waiting for, also in the moment between two requests. A full request
 * never waits, and none does where nothing has been on its way of late. While the worker has more in hand than it gets done,
 * all of them wait that long: each of its events has waited longer already, and where they belong to many accounts, patience is the only
 * thing that fills requests.
 *
 * @param inFlight Requests of its destination that are on their way.
 * @param fillsInMs How long it takes, at the present pace, until as many events have come as a request carries.
 * @param quietForMs How long ago the last of them came back, in milliseconds; endless if none has.
 * @param isBehind The worker has more events in hand than it gets done.
 */
export function lingerFor(
  lingerMs: number,
  inFlight: number,
  fillsInMs: number,
  quietForMs: number,
  isBehind = false,
): number {
  const whileFilling = Math.min(lingerMs * MOST_WHILE_FILLING, LONGEST_WHILE_FILLING_MS);
  const usual = lingerMs * Math.min(inFlight ** 2, MOST);
  const isFilling = fillsInMs <= whileFilling && (inFlight > 0 || quietForMs <= whileFilling);
  return isBehind || isFilling ? Math.max(usual, whileFilling) : usual;
}
