import { isTerminal } from "@capi-relay/contract";
import type { Attempt, DeliveryOutcome } from "@capi-relay/domain";
import type { mongo } from "mongoose";
import { DUE_FIELDS, type DueRow, dueRowOf } from "./due-row.ts";
import { WALKS_THE_UNFINISHED } from "./event-indexes.ts";
import type { EventRef } from "./event-ref.ts";
import type { Claim, EventRow } from "./event-row.ts";
import { CLAIMABLE } from "./event-statuses.ts";
import { eventOf, type LedgerEvent, type PersonalDataSeal, WITHOUT_PERSONAL_DATA } from "./ledger-event.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** Where a walk over due rows stands, so that each sweep goes on where the last one stopped. */
export interface DueCursor {
  readonly dueAt: Date;
  readonly id: string;
}

export type LapsedEvent = LedgerEvent & { readonly claim: Claim };

const LEASE_IS_OVER = { $expr: { $lt: ["$claim.until", "$$NOW"] } };

/** What the sweeper looks for in the ledger and mends there. Its events come without personal data. */
export class SweepStore {
  readonly #mongo: MongoConnection;
  readonly #vault: PersonalDataSeal;

  constructor(mongo: MongoConnection, vault: PersonalDataSeal) {
    this.#mongo = mongo;
    this.#vault = vault;
  }

  /** Rows that have been due since before `before`, in order, after `cursor`. */
  async dueSince(before: Date, cursor: DueCursor | null, limit: number): Promise<DueRow[]> {
    const after = cursor === null ? {} : afterCursor(cursor);
    const rows = await storing(() =>
      this.#events
        .find(
          {
            status: { $in: CLAIMABLE },
            dueAt: { $lte: before },
            ...after,
            ...WALKS_THE_UNFINISHED,
          },
          { projection: DUE_FIELDS, readPreference: "primary" },
        )
        .sort({ dueAt: 1, _id: 1 })
        .limit(limit)
        .toArray(),
    );
    return rows.map(dueRowOf);
  }

  /** Events whose claim ran out by MongoDB's clock: their worker died or cannot reach the ledger. */
  async lapsed(limit: number): Promise<LapsedEvent[]> {
    const rows = await storing(() =>
      this.#events
        .find({ status: "sending", ...LEASE_IS_OVER }, { projection: WITHOUT_PERSONAL_DATA, readPreference: "primary" })
        .limit(limit)
        .toArray(),
    );
    return rows.flatMap((row) => (row.claim === undefined ? [] : [{ ...eventOf(row, this.#vault), claim: row.claim }]));
  }

  /**
   * Takes an event away from the worker whose claim lapsed, and notes the interrupted attempt. False if it moved
   * meanwhile, or if its worker is back and holds it again.
   */
  async takeOver(event: LapsedEvent, attempt: Attempt, outcome: DeliveryOutcome): Promise<boolean> {
    const result = await storing(() =>
      this.#events.updateOne(
        { _id: event.id, "claim.token": event.claim.token, status: "sending", ...LEASE_IS_OVER },
        {
          $set: {
            status: outcome.status,
            reason: outcome.reason,
            nextTrigger: "recovery",
            takenFrom: event.claim.token,
            ...("dueAt" in outcome ? { dueAt: outcome.dueAt } : {}),
          },
          ...(isTerminal(outcome.status) ? { $currentDate: { endedAt: true } } : {}),
          $inc: { generation: 1 },
          $push: { attempts: attempt },
          $unset: { claim: "" },
        },
      ),
    );
    return result.modifiedCount === 1;
  }

  /**
   * A new job for the same life, after Redis lost or finished the old one: the status stays, the generation moves on.
   */
  async renumber(ref: EventRef): Promise<DueRow | null> {
    const row = await storing(() =>
      this.#events.findOneAndUpdate(
        { _id: ref.id, generation: ref.generation, status: { $in: CLAIMABLE } },
        { $inc: { generation: 1 } },
        { returnDocument: "after", projection: DUE_FIELDS },
      ),
    );
    return row === null ? null : dueRowOf(row);
  }

  get #events() {
    return this.#mongo.native.events;
  }
}

function afterCursor({ dueAt, id }: DueCursor): mongo.Filter<EventRow> {
  return { $or: [{ dueAt: { $gt: dueAt } }, { dueAt, _id: { $gt: id } }] };
}
