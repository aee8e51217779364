/** Older events make Meta refuse the whole request (2804003). Source: Meta, "Using the API". */
const META_EVENT_AGE_LIMIT_MS = 7 * 24 * 60 * 60 * 1000;

/** Kept free before Meta's limit, so that a slow request or a clock a little off never meets it. */
const DEADLINE_MARGIN_MS = 5 * 60 * 1000;

/**
 * How far ahead of our clock an event may lie and still be accepted. Meta refuses the future (2804004), so it waits.
 */
export const MAX_EVENT_LEAD_MS = 60 * 1000;

/** The moment after which nothing is sent for an event any more. `event_time` is never rewritten to get round it. */
export function expiresAt(eventTime: Date): Date {
  return new Date(eventTime.getTime() + META_EVENT_AGE_LIMIT_MS - DEADLINE_MARGIN_MS);
}

/** True from the very moment `deadline` (an event's `expiresAt`) on: a claim demands `expiresAt > now`. */
export function isPastDeadline(deadline: Date, now: Date): boolean {
  return deadline.getTime() <= now.getTime();
}
