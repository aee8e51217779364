import {
  ALL_EVENTS,
  type EventFilter,
  type MongoConnection,
  queriesOf,
  type RefusalStore,
  storing,
} from "@capi-relay/storage";
import { type Period, pointsOf } from "./period.ts";
import type { DestinationHealth } from "./read-destinations.ts";
import type { RollupReader } from "./rollup-reader.ts";
import { type AtRisk, atRisk } from "./value-at-risk.ts";

/** What the trouble of one destination costs. */
export interface DestinationTrouble {
  readonly accountId: string;
  /** What was refused in the period of each name that is switched off. */
  readonly refusedNames: readonly RefusedName[];
  /** When the oldest of the events that are tried again later was taken in; null when there is none. */
  readonly retryingSince: Date | null;
}

interface RefusedName {
  readonly eventName: string;
  /** Events that Meta, or this relay in its place, rejected for their name. */
  readonly rejected: AtRisk;
  /** Reports that were turned away at intake, because the name was switched off by then. */
  readonly turnedAway: number;
}

export interface TroublePorts {
  readonly mongo: MongoConnection;
  readonly rollups: Pick<RollupReader, "whole">;
  readonly refusals: Pick<RefusalStore, "between">;
}

/** Asked of destinations in trouble only, so that a console of a thousand healthy ones costs nothing more. */
export async function readTroubles(
  ports: TroublePorts,
  destinations: readonly DestinationHealth[],
  period: Period,
  now: Date,
): Promise<DestinationTrouble[]> {
  const troubled = destinations.filter(
    ({ switchedOffEventNames, retrying }) => switchedOffEventNames.length > 0 || retrying.count > 0,
  );
  return Promise.all(
    troubled.map(async ({ accountId, switchedOffEventNames, retrying }) => ({
      accountId,
      refusedNames: await readRefusedNames(ports, accountId, switchedOffEventNames, period, now),
      retryingSince: retrying.count === 0 ? null : await oldestRetry(ports.mongo, accountId),
    })),
  );
}

async function readRefusedNames(
  { rollups, refusals }: TroublePorts,
  accountId: string,
  eventNames: readonly string[],
  period: Period,
  now: Date,
): Promise<RefusedName[]> {
  if (eventNames.length === 0) return [];
  const points = pointsOf(period, now);
  const [{ endings }, turnedAway] = await Promise.all([
    rollups.whole(points, accountId),
    refusals.between({ accountId, from: points.from, until: points.until }),
  ]);
  return eventNames.map((eventName) => ({
    eventName,
    rejected: atRisk(
      endings.filter((ending) => ending.eventName === eventName && ending.reason === "meta_invalid_event_type"),
    ),
    turnedAway: turnedAway
      .filter((refusal) => refusal.eventName === eventName && refusal.code === "event_name_switched_off")
      .reduce((sum, { count }) => sum + count, 0),
  }));
}

async function oldestRetry(mongo: MongoConnection, accountId: string): Promise<Date | null> {
  const filter: EventFilter = { ...RETRIED, accountIds: [accountId] };
  const [found] = queriesOf(filter);
  if (found === undefined) return null;
  const [oldest] = await storing(() =>
    mongo.native.events
      .find(found.query, { readPreference: "primary", projection: { acceptedAt: 1 }, hint: found.index })
      .sort({ acceptedAt: 1, _id: 1 })
      .limit(1)
      .toArray(),
  );
  return oldest?.acceptedAt ?? null;
}

const RETRIED: EventFilter = { ...ALL_EVENTS, statuses: ["retry_scheduled"] };
