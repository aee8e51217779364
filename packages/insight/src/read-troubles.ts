import type { EventStatus } from "@capi-relay/contract";
import { ALL_EVENTS, type MongoConnection, queriesOf, type RefusalStore, storing } from "@capi-relay/storage";
import { SWITCHED_OFF } from "./intake-refusals.ts";
import { type Period, pointsOf } from "./period.ts";
import type { DestinationHealth } from "./read-destinations.ts";
import type { RollupReader } from "./rollup-reader.ts";
import { type AtRisk, atRisk } from "./value-at-risk.ts";

/** What the trouble of one destination costs. */
export interface DestinationTrouble {
  readonly accountId: string;
  /** What was refused in the period of each name that is switched off. */
  readonly refusedNames: readonly RefusedName[];
  /** When Meta first did not take one of the events that are tried again later; null when that is not known. */
  readonly retryingSince: Date | null;
  /** When the last try of the oldest event began whose outcome is unknown; null when there is none. */
  readonly doubtSince: Date | null;
}

interface RefusedName {
  readonly eventName: string;
  /** Events that Meta, or this relay in its place, rejected for their name. */
  readonly rejected: AtRisk;
  /** Reports that were turned away at intake, because the name was switched off by then. */
  readonly turnedAway: number;
}

/** Who is in trouble that has to be asked for. */
export interface Troubled {
  /** Meta refuses names of theirs. */
  readonly nameRefused: Looked;
  /** Throttled, or with a good many events that are tried again later; those with most of them first. */
  readonly retried: Looked;
  /** With events that may have arrived or not; those with most of them first. */
  readonly inDoubt: Looked;
}

interface Looked {
  /** The few that are looked into. */
  readonly into: readonly DestinationHealth[];
  /** How many more there are. */
  readonly notInto: number;
}

export interface TroublePorts {
  readonly mongo: MongoConnection;
  readonly rollups: Pick<RollupReader, "whole">;
  readonly refusals: Pick<RefusalStore, "byName">;
}

/** More than anybody reads; and it is all asked anew every few seconds for each person who looks. */
const LOOKED_INTO = 20;
/** Fewer than these are the usual stumbling. */
const MIN_RETRIED = 20;
/** However many are in trouble, the connections stay free for everything else. */
const ASKED_AT_ONCE = 5;
/** Those accepted first were mostly tried first, but for some that waited for their click. */
const OLDEST = 100;
const MAX_TIME_MS = 8_000;

export function troubledAmong(destinations: readonly DestinationHealth[]): Troubled {
  const isRetried = ({ health, retrying }: DestinationHealth) =>
    health === "throttled" || retrying.count >= MIN_RETRIED;
  const inDoubt = destinations.filter((destination) => destination.inDoubt.count > 0);
  return {
    nameRefused: lookInto(destinations.filter(({ switchedOffEventNames }) => switchedOffEventNames.length > 0)),
    retried: lookInto(destinations.filter(isRetried).sort((one, other) => other.retrying.count - one.retrying.count)),
    inDoubt: lookInto(inDoubt.sort((one, other) => other.inDoubt.count - one.inDoubt.count)),
  };
}

function lookInto(destinations: readonly DestinationHealth[]): Looked {
  return { into: destinations.slice(0, LOOKED_INTO), notInto: Math.max(0, destinations.length - LOOKED_INTO) };
}

/** Asked of a few destinations in trouble only, so that a console of a thousand costs hardly more. */
export async function readTroubles(
  ports: TroublePorts,
  destinations: readonly DestinationHealth[],
  period: Period,
  now: Date,
): Promise<DestinationTrouble[]> {
  const { nameRefused, retried, inDoubt } = troubledAmong(destinations);
  const [refusedNames, retryingSince, doubtSince] = await Promise.all([
    readRefusedNames(ports, nameRefused.into, period, now),
    ofEach(retried.into, ({ accountId }) => earliestIn(ports.mongo, RETRIED, accountId)),
    ofEach(inDoubt.into, ({ accountId }) => earliestIn(ports.mongo, IN_DOUBT, accountId)),
  ]);
  const accountIds = new Set([...refusedNames.keys(), ...retryingSince.keys(), ...doubtSince.keys()]);
  return [...accountIds].map((accountId) => ({
    accountId,
    refusedNames: refusedNames.get(accountId) ?? [],
    retryingSince: retryingSince.get(accountId) ?? null,
    doubtSince: doubtSince.get(accountId) ?? null,
  }));
}

async function readRefusedNames(
  { rollups, refusals }: TroublePorts,
  destinations: readonly DestinationHealth[],
  period: Period,
  now: Date,
): Promise<ReadonlyMap<string, readonly RefusedName[]>> {
  if (destinations.length === 0) return new Map();
  const points = pointsOf(period, now);
  const accountIds = destinations.map(({ accountId }) => accountId);
  const turnedAway = await refusals.byName(SWITCHED_OFF, accountIds, { from: points.from, until: points.until });
  return ofEach(destinations, async ({ accountId, switchedOffEventNames }) => {
    const { endings } = await rollups.whole(points, accountId);
    return switchedOffEventNames.map((eventName) => ({
      eventName,
      rejected: atRisk(
        endings.filter((ending) => ending.eventName === eventName && ending.reason === "meta_invalid_event_type"),
      ),
      turnedAway:
        turnedAway.find((refusal) => refusal.accountId === accountId && refusal.eventName === eventName)?.count ?? 0,
    }));
  });
}

async function ofEach<Answer>(
  destinations: readonly DestinationHealth[],
  ask: (destination: DestinationHealth) => Promise<Answer>,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (let at = 0; at < destinations.length; at += ASKED_AT_ONCE) {
    const some = destinations.slice(at, at + ASKED_AT_ONCE);
    await Promise.all(some.map(async (one) => answers.set(one.accountId, await ask(one))));
  }
  return answers;
}

/** Acceptance would not do: an event may have waited for its click for days before it was tried. */
async function earliestIn(mongo: MongoConnection, { status, since }: Waiting, accountId: string): Promise<Date | null> {
  const [waiting] = queriesOf({ ...ALL_EVENTS, statuses: [status], accountIds: [accountId] });
  if (waiting === undefined) return null;
  const oldest = await storing(() =>
    mongo.native.events
      .find<{ readonly since?: Date | null }>(
        { ...waiting.query, testCode: null },
        {
          readPreference: "primary",
          projection: { _id: 0, since },
          hint: waiting.index,
          maxTimeMS: MAX_TIME_MS,
        },
      )
      .sort({ acceptedAt: 1, _id: 1 })
      .limit(OLDEST)
      .toArray(),
  );
  const tried = oldest.flatMap((one) => (one.since instanceof Date ? [one.since.getTime()] : []));
  return tried.length === 0 ? null : new Date(Math.min(...tried));
}

/** Events that wait in a status, and since when each of them does. */
interface Waiting {
  readonly status: EventStatus;
  readonly since: object;
}

/**
 * Since the first of its latest tries began that all came to nothing: what was tried before an ending is another story.
 */
const RETRIED: Waiting = {
  status: "retry_scheduled",
  since: {
    $reduce: {
      input: "$attempts",
      initialValue: null,
      in: {
        $cond: [{ $eq: ["$$this.outcome", "retry_scheduled"] }, { $ifNull: ["$$value", "$$this.startedAt"] }, null],
      },
    },
  },
};
const IN_DOUBT: Waiting = { status: "outcome_unknown", since: { $last: "$attempts.startedAt" } };
