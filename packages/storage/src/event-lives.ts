import type { AttemptTrigger, EventReason, EventStatus } from "@capi-relay/contract";
import type { ContactKeys, HashedPersonalData, PurchaseDetails } from "@capi-relay/domain";
import { DUE_FIELDS, type DueRow, dueRowOf } from "./due-row.ts";
import type { EventRef } from "./event-ref.ts";
import type { EventRow } from "./event-row.ts";
import { ASTRAY } from "./event-statuses.ts";
import { eventOf, type LedgerEvent, type PersonalDataSeal, WITHOUT_PERSONAL_DATA } from "./ledger-event.ts";
import { asConstants, NOTE_LEFT_ENDING } from "./left-ending.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** What a person corrected; what is absent stays as it was. */
export interface EventCorrection {
  readonly accountId: string;
  readonly eventName?: string;
  readonly contact?: ContactKeys;
  readonly details?: PurchaseDetails;
  readonly personal?: HashedPersonalData;
}

/** MongoDB takes a partial index for one of its statuses only when the query names all of them, too. */
const IN_WORDS_OF_ASTRAY = { $and: [{ status: { $in: ASTRAY } }] };
const NEVER_ARRIVED = { "attempts.mayHaveArrived": { $ne: true } };

/**
 * Begins new lives of events and ends lives in which nothing is being sent, and finds the events that rest until
 * somebody does either. Its events come without personal data.
 */
export class EventLives {
  readonly #mongo: MongoConnection;
  readonly #vault: PersonalDataSeal;

  constructor(mongo: MongoConnection, vault: PersonalDataSeal) {
    this.#mongo = mongo;
    this.#vault = vault;
  }

  /**
   * Starts a new life of an event: one generation on, queued and due at once. Only if it still is in the given
   * generation and one of the given statuses; null otherwise. A correction is refused to an event that Meta may hold.
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

  /** Rows of one resting status, most urgent first. */
  async resting(
    filter: { status: "held"; accountId: string } | { status: "held" | "waiting_click"; dueBefore: Date },
    limit: number,
  ): Promise<LedgerEvent[]> {
    const which =
      "accountId" in filter
        ? { status: filter.status, accountId: filter.accountId }
        : { status: filter.status, dueAt: { $lte: filter.dueBefore }, ...overdueIfHeld(filter) };
    const rows = await storing(() =>
      this.#events
        .find(which, { projection: WITHOUT_PERSONAL_DATA, readPreference: "primary" })
        .sort({ dueAt: 1 })
        .limit(limit)
        .toArray(),
    );
    return rows.map((row) => eventOf(row, this.#vault));
  }

  /** Events that wait because Meta asked their account to, first come first, that are due after `dueAfter`. */
  async throttled(accountId: string, dueAfter: Date, limit: number): Promise<EventRef[]> {
    const waits = { status: "retry_scheduled", reason: "meta_throttled", dueAt: { $gt: dueAfter } } as const;
    const rows = await storing(() =>
      this.#events
        .find(
          { accountId, ...waits, sample: { $ne: true }, ...IN_WORDS_OF_ASTRAY },
          { projection: { generation: 1 }, readPreference: "primary" },
        )
        .hint("listed_astray_by_account")
        .sort({ acceptedAt: 1, _id: 1 })
        .limit(limit)
        .toArray(),
    );
    return rows.map((row) => ({ id: row._id, generation: row.generation }));
  }

  /**
   * Lets those of these events that still wait for another try have it at `dueAt`: in a new life, whose jobs the
   * sweeper adds.
   */
  async bringForward(ids: readonly string[], dueAt: Date): Promise<void> {
    await storing(() =>
      this.#events.updateMany(
        { _id: { $in: [...ids] }, status: "retry_scheduled", dueAt: { $gt: dueAt } },
        { $set: { dueAt }, $inc: { generation: 1 } },
      ),
    );
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

  /** Accounts that have held events. */
  async accountsWithHeldEvents(): Promise<string[]> {
    return storing(() => this.#events.distinct("accountId", { status: "held" }, { readPreference: "primary" }));
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

/** Rows held by an earlier version are due since they came. */
function overdueIfHeld({ status, dueBefore }: { readonly status: EventStatus; readonly dueBefore: Date }) {
  return status === "held" ? { expiresAt: { $lte: dueBefore } } : {};
}
