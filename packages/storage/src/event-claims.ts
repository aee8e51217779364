import type { mongo } from "mongoose";
import type { EventRef } from "./event-ref.ts";
import type { EventRow } from "./event-row.ts";
import { CLAIMABLE } from "./event-statuses.ts";
import { storing } from "./storage-error.ts";

/** The right to send some events, as one departure wants it. */
export interface ClaimWish {
  readonly refs: readonly EventRef[];
  /** Names the departure, and nobody else ever. */
  readonly token: string;
  /** How long the claim holds without renewal, in milliseconds by MongoDB's clock. */
  readonly leaseMs: number;
  readonly now: Date;
  /**
   * True if the departure will tell when its request leaves; whoever finds the claim lapsed must suppose so otherwise.
   */
  readonly notesDeparture: boolean;
}

/** A job may run this much before its moment: clocks of processes differ a little. */
const EARLY_MS = 1_000;

/** Makes all claims in one command, and answers each with the ids it won. */
export async function claimEvents(
  events: mongo.Collection<EventRow>,
  wishes: readonly ClaimWish[],
): Promise<Set<string>[]> {
  const wanted = wishes.reduce((sum, { refs }) => sum + refs.length, 0);
  if (wanted === 0) return wishes.map(() => new Set());
  const { matchedCount } = await storing(() => events.bulkWrite(wishes.flatMap(claimsOf), { ordered: false }));
  // The rule under load: nobody else wanted them, so there is nothing to ask.
  if (matchedCount === wanted) return wishes.map(({ refs }) => new Set(refs.map(({ id }) => id)));
  const won = await storing(() =>
    events
      .find(
        {
          _id: { $in: wishes.flatMap(({ refs }) => refs.map(({ id }) => id)) },
          "claim.token": { $in: wishes.map(({ token }) => token) },
        },
        { projection: { _id: 1, "claim.token": 1 }, readPreference: "primary" },
      )
      .toArray(),
  );
  const byToken = Map.groupBy(won, ({ claim }) => claim?.token);
  return wishes.map(({ token }) => new Set(byToken.get(token)?.map(({ _id }) => _id)));
}

/** Holds on to claimed events for another `leaseMs` by MongoDB's clock. */
export async function renewClaims(
  events: mongo.Collection<EventRow>,
  ids: readonly string[],
  token: string,
  leaseMs: number,
): Promise<void> {
  await storing(() =>
    events.updateMany(claimedBy(token, ids), [{ $set: { "claim.until": { $add: ["$$NOW", leaseMs] } } }]),
  );
}

/** Notes on claimed events that their request leaves now; false if the claim on one of them is lost. */
export async function noteDeparture(
  events: mongo.Collection<EventRow>,
  ids: readonly string[],
  token: string,
): Promise<boolean> {
  const { matchedCount } = await storing(() =>
    events.updateMany(claimedBy(token, ids), { $set: { "claim.departed": true } }),
  );
  return matchedCount === ids.length;
}

/** Gives claimed events back unsent: the turn that has begun does not count as one that was never recorded. */
export async function releaseClaims(
  events: mongo.Collection<EventRow>,
  ids: readonly string[],
  token: string,
): Promise<void> {
  await storing(() =>
    events.updateMany(claimedBy(token, ids), {
      $set: { status: "queued" },
      $inc: { starts: -1 },
      $unset: { claim: "" },
    }),
  );
}

function claimedBy(token: string, ids: readonly string[]): mongo.Filter<EventRow> {
  return { _id: { $in: [...ids] }, "claim.token": token };
}

/** One update for each generation among the events, mostly a single one. */
function claimsOf({ refs, token, leaseMs, now, notesDeparture }: ClaimWish): mongo.AnyBulkWriteOperation<EventRow>[] {
  const claim = { token, until: { $add: ["$$NOW", leaseMs] }, startedAt: "$$NOW" };
  return [...Map.groupBy(refs, ({ generation }) => generation)].map(([generation, alike]) => ({
    updateMany: {
      filter: {
        _id: { $in: alike.map(({ id }) => id) },
        generation,
        status: { $in: CLAIMABLE },
        dueAt: { $lte: new Date(now.getTime() + EARLY_MS) },
        expiresAt: { $gt: now },
      },
      update: [
        {
          $set: {
            status: "sending",
            // Why it was put off is no longer true, and its attempts keep it.
            reason: null,
            claim: notesDeparture ? { ...claim, departed: false } : claim,
            starts: { $add: ["$starts", 1] },
          },
        },
      ],
    },
  }));
}
