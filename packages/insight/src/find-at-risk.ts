import type { DeadlineList, DeadlinePosition, ListedEvent, TimeLeft } from "@capi-relay/storage";
import { DAY_MS, HOUR_MS } from "./time-span.ts";

/** Which part of the value at risk somebody wants to see event by event. */
export interface AtRiskQuery {
  /** Null for all of it. */
  readonly left: TimeLeft | null;
  readonly accountId: string | null;
}

export interface EventsAtRisk {
  readonly events: readonly ListedEvent[];
  /** Where the next page begins; null after the last one. */
  readonly next: DeadlinePosition | null;
}

/** The same limits that the standing is counted by. */
const LIMITS: Readonly<Record<TimeLeft, readonly [from: number | null, before: number | null]>> = {
  passed: [null, 0],
  under_6h: [0, 6 * HOUR_MS],
  under_24h: [6 * HOUR_MS, DAY_MS],
  under_3d: [DAY_MS, 3 * DAY_MS],
  more: [3 * DAY_MS, null],
};

/** One page of the events behind the value at risk, the most urgent first. */
export async function findAtRisk(
  list: Pick<DeadlineList, "page">,
  { left, accountId }: AtRiskQuery,
  after: DeadlinePosition | null,
  limit: number,
  now: Date,
): Promise<EventsAtRisk> {
  const [from, before] = left === null ? [null, null] : LIMITS[left];
  const at = (ms: number | null) => (ms === null ? null : new Date(now.getTime() + ms));
  const filter = { accountId, expiresFrom: at(from), expiresBefore: at(before) };
  const found = await list.page(filter, after, limit + 1);
  const events = found.slice(0, limit);
  const last = events.at(-1);
  const next = found.length > limit && last !== undefined ? { expiresAt: last.expiresAt, id: last.id } : null;
  return { events, next };
}
