/** At most this many times as long as behind a single request, however many are on their way. */
const MOST_TIMES = 10;
/** While a request fills up, or this worker is behind: this many times as long as behind a single request. */
const TIMES_WHILE_FILLING = 50;
/** The end of that patience where the setting is large, in milliseconds. */
const LONGEST_WHILE_FILLING_MS = 500;

/** What there is to know of a request that is not full. All times are in milliseconds. */
export interface LingerSituation {
  /** The setting: how long it waits behind a single other request. */
  readonly lingerMs: number;
  /** Requests of its destination that are on their way. */
  readonly inFlight: number;
  /** How long, at the present pace, until as many events have come as a request carries; endless if none comes. */
  readonly fillsInMs: number;
  /** How long ago the last request of its destination came back; endless if none has. */
  readonly quietForMs: number;
  /** This worker has more events in hand than it gets done. */
  readonly isBehind: boolean;
}

/**
 * How long a request that is not full waits for company, in milliseconds.
 *
 * Behind one request hardly at all, behind several longer, by the square: events then come faster than requests come
 * back, so a little patience fills requests, and fuller ones cost everybody less (us a claim and a record, Meta's
 * limits a call). Where a request fills up within 50 times the setting, it is worth waiting for, also in the moment
 * between two requests. A full request never waits, and none does where nothing has been on its way of late. While the
 * worker has more in hand than it gets done, all of them wait that long: each of its events has waited longer already,
 * and where they belong to many accounts, patience is the only thing that fills requests.
 */
export function lingerFor({ lingerMs, inFlight, fillsInMs, quietForMs, isBehind }: LingerSituation): number {
  const whileFilling = Math.min(lingerMs * TIMES_WHILE_FILLING, LONGEST_WHILE_FILLING_MS);
  const usual = lingerMs * Math.min(inFlight ** 2, MOST_TIMES);
  const isFilling = fillsInMs <= whileFilling && (inFlight > 0 || quietForMs <= whileFilling);
  return isBehind || isFilling ? Math.max(usual, whileFilling) : usual;
}
