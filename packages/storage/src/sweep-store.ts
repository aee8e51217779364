import { type AttemptTrigger, type EventReason, type EventStatus, isTerminal } from "@capi-relay/contract";
import type { Attempt, ContactKeys, DeliveryOutcome, HashedPersonalData, PurchaseDetails } from "@capi-relay/domain";
import type { mongo } from "mongoose";
import type { EventRef } from "./event-ref.ts";
import {
  type Claim,
  type EventRow,
  eventOf,
  type LedgerEvent,
  type PersonalDataSeal,
  UNFINISHED,
} from "./event-row.ts";
import { asConstants, NOTE_LEFT_ENDING } from "./left-ending.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** Where a walk over due rows stands, so that each sweep goes on where the last one stopped. */
export interface DueCursor {
  readonly dueAt: Date;
  readonly id: string;
}

export interface DueRow extends EventRef {
  readonly accountId: string;
  readonly starts: number;
  readonly eventName: string;
  readonly dueAt: Date;
}

export type LapsedEvent = LedgerEvent & { readonly claim: Claim };

/** What a person corrected; what is absent stays as it was. */
export interface EventCorrection {
  readonly accountId: string;
  readonly eventName?: string;
  readonly contact?: ContactKeys;
  readonly details?: PurchaseDetails;
  readonly personal?: HashedPersonalData;
}

const NEVER_ARRIVED = { "attempts.mayHaveArrived": { $ne: true } };
const DUE_FIELDS = { accountId: 1, eventName: 1, generation: 1, dueAt: 1, starts: 1 } as const;
/** MongoDB takes a partial index for a choice of its statuses only when the query names all of them, too. */
const WALKS_THE_UNFINISHED = { $and: [{ status: { $in: UNFINISHED } }] };
const LEASE_IS_OVER = { $expr: { $lt: ["$claim.until", "$$NOW"] } };
/** No sweep needs to know who somebody is, and one row that no key opens any more must not stop the others. */
const SEALED = { personal: 0 } as const;

/** What the sweeper, and whoever puts events back on the queue, asks of the ledger. Its events come without personal data. */
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
            status: { $in: ["queued", "retry_scheduled"] },
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
        .find({ status: "sending", ...LEASE_IS_OVER }, { projection: SEALED, readPreference: "primary" })
        .limit(limit)
        .toArray(),
    );
    return rows.flatMap((row) => (row.claim === undefined ? [] : [{ ...eventOf(row, this.#vault), claim: row.claim }]));
  }

  /**
   * Takes an event away from the worker whose claim lapsed, and notes the interrupted attempt. False if it moved meanwhile, or
   * if its worker is back and holds it again.
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
   * Starts a new life of an event: one generation on, queued and due at once. Only if it still is in the given generation
   * and one of the given statuses; null otherwise. A correction is refused to an event that Meta may hold.
   */
  async requeue(
    ref: EventRef,
    from: readonly EventStatus[],
    now: Date,
    trigger: AttemptTrigger = "scheduled",
    correction: EventCorrection | null = null,
  ): Promise<DueRow | null> {
    const row = await storing(() =>
      this.#events.findOneAndUpdate(
        {
          _id: ref.id,
          generation: ref.generation,
          status: { $in: [...from] },
          expiresAt: { $gt: now },
          // The one way back to the queue, and no sample may take it.
          sample: { $ne: true },
          ...(correction === null ? {} : NEVER_ARRIVED),
        },
        [
          NOTE_LEFT_ENDING,
          {
            $set: {
              ...asConstants({
                status: "queued",
                reason: null,
                dueAt: now,
                endedAt: null,
                nextTrigger: trigger,
                ...(trigger === "manual" ? { starts: 0 } : {}),
                ...(correction === null ? {} : this.#correctedFields(correction)),
              }),
              generation: { $add: ["$generation", 1] },
            },
          },
          { $unset: ["claim", "waitsFor"] },
        ],
        { returnDocument: "after", projection: DUE_FIELDS },
      ),
    );
    return row === null ? null : dueRowOf(row);
  }

  /** Ends an event that has not been sent, as its caller or an operator wants; false once Meta may hold it. */
  async cancel(ref: EventRef, from: readonly EventStatus[], reason: EventReason, now: Date): Promise<boolean> {
    const result = await storing(() =>
      this.#events.updateOne(
        { _id: ref.id, generation: ref.generation, status: { $in: [...from] }, ...NEVER_ARRIVED },
        { $set: { status: "cancelled", reason, endedAt: now }, $unset: { waitsFor: "" } },
      ),
    );
    return result.modifiedCount === 1;
  }

  /** A new job for the same life, after Redis lost or finished the old one: the status stays, the generation moves on. */
  async renumber(ref: EventRef): Promise<DueRow | null> {
    const row = await storing(() =>
      this.#events.findOneAndUpdate(
        { _id: ref.id, generation: ref.generation, status: { $in: ["queued", "retry_scheduled"] } },
        { $inc: { generation: 1 } },
        { returnDocument: "after", projection: DUE_FIELDS },
      ),
    );
    return row === null ? null : dueRowOf(row);
  }

  /** Events that wait for a click of one of these contacts. */
  async waitingFor(keys: readonly string[], limit: number): Promise<EventRef[]> {
    const rows = await storing(() =>
      this.#events
        .find({ waitsFor: { $in: [...keys] } }, { projection: { generation: 1 }, readPreference: "primary" })
        .limit(limit)
        .toArray(),
    );
    return rows.map((row) => ({ id: row._id, generation: row.generation }));
  }

  /** Rows of one resting status, most urgent first. */
  async resting(
    filter: { status: "held"; accountId: string } | { status: "held" | "waiting_click"; dueBefore: Date },
    limit: number,
  ): Promise<LedgerEvent[]> {
    const which =
      "accountId" in filter
        ? { status: filter.status, accountId: filter.accountId }
        : { status: filter.status, [filter.status === "held" ? "expiresAt" : "dueAt"]: { $lte: filter.dueBefore } };
    const rows = await storing(() =>
      this.#events
        .find(which, { projection: SEALED, readPreference: "primary" })
        .sort({ dueAt: 1 })
        .limit(limit)
        .toArray(),
    );
    return rows.map((row) => eventOf(row, this.#vault));
  }

  /** Accounts that have held events. */
  async accountsWithHeldEvents(): Promise<string[]> {
    const ids = await storing(() =>
      this.#events.distinct("accountId", { status: "held" }, { readPreference: "primary" }),
    );
    return ids;
  }

  /** Ends an event that rests, if it still does. */
  async end(
    ref: EventRef,
    from: EventStatus,
    status: EventStatus,
    reason: EventReason | null,
    now: Date,
  ): Promise<boolean> {
    const result = await storing(() =>
      this.#events.updateOne(
        { _id: ref.id, generation: ref.generation, status: from },
        { $set: { status, reason, endedAt: now }, $unset: { claim: "", waitsFor: "" } },
      ),
    );
    return result.modifiedCount === 1;
  }

  #correctedFields({ accountId, personal, ...given }: EventCorrection): Partial<EventRow> {
    // Whatever was erased before: what the correction brings has to be erased again one day.
    const fields = { ...given, retained: true };
    if (personal === undefined) return fields;
    return { ...fields, personal: this.#vault.seal(JSON.stringify(personal), accountId) };
  }

  get #events() {
    return this.#mongo.native.events;
  }
}

function afterCursor({ dueAt, id }: DueCursor): mongo.Filter<EventRow> {
  return { $or: [{ dueAt: { $gt: dueAt } }, { dueAt, _id: { $gt: id } }] };
}

function dueRowOf({ _id, generation, accountId, eventName, dueAt, starts }: EventRow): DueRow {
  return { id: _id, generation, accountId, eventName, dueAt, starts };
}
