/**
 * How long after its click a conversion still earns the ad credit. Meta states no window of its own for ads that click
 * to WhatsApp; 7 days is what the vendors of the same API document.
 */
export const ATTRIBUTION_WINDOW_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * How far a conversion may precede its click. Meta tells no click time, only that of the message which brought the
 * click, so a quick buyer's order can seem to come first.
 */
export const CLICK_GRACE_MS = 2 * 60 * 1000;

/** True when the click may have led to the event: it came before it, or within the grace. */
export function precedesEvent(clickedAt: Date, eventTime: Date): boolean {
  return clickedAt.getTime() <= eventTime.getTime() + CLICK_GRACE_MS;
}

/** True when an event at `eventTime` is credited to a click at `clickedAt`. Both ends of the window belong to it. */
export function earnsCredit(eventTime: Date, clickedAt: Date): boolean {
  return precedesEvent(clickedAt, eventTime) && eventTime.getTime() - clickedAt.getTime() <= ATTRIBUTION_WINDOW_MS;
}
