import { Coalescer } from "@capi-relay/coalesce";
import { acceptRows, type RowAccepted } from "./accept-rows.ts";
import { CLAIMABLE, type ClaimWish, claimRows } from "./claim-rows.ts";
import type { EventRef } from "./event-ref.ts";
import { type EventRow, eventOf, type LedgerEvent, type PersonalDataSeal, rowOf } from "./event-row.ts";
import { asConstants, NOTE_LEFT_ENDING } from "./left-ending.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";
import { type OutcomeWrite, outcomeOperations, type TurnResult } from "./write-outcomes.ts";

export type Accepted = { readonly kind: "stored" } | { readonly kind: "existing"; readonly event: LedgerEvent };

/** Where an event may stand that the sweeper took from a worker it believed dead, and that nobody has sent since. */
const TAKEN_AWAY = ["queued", "retry_scheduled", "waiting_click", "held", "outcome_unknown", "failed"] as const;
/** One command's worth: large enough that a busy worker sends few, small enough to stay far from the 48 MB limit. */
const MANY = { maxItems: 1_000, maxInFlight: 2 };
/** Where thousands of one account may come at once: a long command would hold up the few of another. */
const FEWER = { maxItems: 250, maxInFlight: 2 };
/** Departures, of up to a thousand events each; one that fails takes the others of its command along. */
const FEW_DEPARTURES = { maxItems: 16, maxInFlight: 4 };

/**
 * The truth about every event. Each method is about one event; underneath, callers of the same moment share one database
 * command. All reads and writes go to the primary; writes are acknowledged by the majority's journals.
 */
export class EventLedger {
  readonly #mongo: MongoConnection;
  readonly #vault: PersonalDataSeal;
  readonly #accepting: Coalescer<EventRow, RowAccepted>;
  readonly #finding: Coalescer<string, EventRow | null>;
  readonly #claiming: Coalescer<ClaimWish, Set<string>>;
  readonly #recording: Coalescer<OutcomeWrite, boolean>;
  readonly #settling: Coalescer<OutcomeWrite, boolean>;

  constructor(mongo: MongoConnection, vault: PersonalDataSeal) {
    this.#mongo = mongo;
    this.#vault = vault;
    this.#accepting = new Coalescer((rows) => acceptRows(this.#events, rows), MANY);
    this.#finding = new Coalescer((ids) => this.#findRows(ids), FEWER);
    this.#claiming = new Coalescer((wishes) => claimRows(this.#events, wishes), FEW_DEPARTURES);
    this.#recording = new Coalescer((writes) => this.#write(writes), MANY);
    // Apart from what was sent: thousands that cannot leave each get a moment of their own to come back, an update each.
    this.#settling = new Coalescer((writes) => this.#write(writes), FEWER);
  }

  /** Stores a new event, or returns the one that already has its id. Resolving is the promise behind a 202. */
  async accept(event: LedgerEvent): Promise<Accepted> {
    const accepted = await this.#accepting.submit(rowOf(event, this.#vault));
    return accepted.kind === "stored" ? accepted : { kind: "existing", event: eventOf(accepted.row, this.#vault) };
  }

  async find(id: string): Promise<LedgerEvent | null> {
    const row = await this.#finding.submit(id);
    return row === null ? null : eventOf(row, this.#vault);
  }

  /**
   * Takes the right to send these events: sets the token and a lease by MongoDB's clock on those that are still due, of the
   * same generation and not past their deadline. Returns the ids that were won. With `notesDeparture`, `departs` will tell
   * when the request leaves; without it, whoever finds the claim lapsed must suppose that it left.
   */
  async claim(
    refs: readonly EventRef[],
    token: string,
    leaseMs: number,
    now: Date,
    notesDeparture = false,
  ): Promise<Set<string>> {
    return this.#claiming.submit({ refs, token, leaseMs, now, notesDeparture });
  }

  /** Holds on to claimed events for another `leaseMs` by MongoDB's clock. */
  async renew(ids: readonly string[], token: string, leaseMs: number): Promise<void> {
    await storing(() =>
      this.#events.updateMany({ _id: { $in: [...ids] }, "claim.token": token }, [
        { $set: { "claim.until": { $add: ["$$NOW", leaseMs] } } },
      ]),
    );
  }

  /** Notes that the request with these events leaves now; false if the claim on one of them is lost. */
  async departs(ids: readonly string[], token: string): Promise<boolean> {
    const { matchedCount } = await storing(() =>
      this.#events.updateMany({ _id: { $in: [...ids] }, "claim.token": token }, { $set: { "claim.departed": true } }),
    );
    return matchedCount === ids.length;
  }

  /** Gives claimed events back unsent. */
  async release(ids: readonly string[], token: string): Promise<void> {
    await storing(() =>
      this.#events.updateMany(
        { _id: { $in: [...ids] }, "claim.token": token },
        { $set: { status: "queued" }, $inc: { starts: -1 }, $unset: { claim: "" } },
      ),
    );
  }

  /**
   * Records what came of a claimed event. Filtered by the token, never by the lease's time: a late answer still counts. Even if
   * the sweeper has taken the event away meanwhile, the attempt is kept, and a clean delivery ends the event unless another
   * worker is already sending it again.
   */
  async record(id: string, token: string, result: TurnResult): Promise<void> {
    const landed = await this.#recording.submit({
      id,
      stillHas: { "claim.token": token },
      token,
      result,
      waitsFor: [],
    });
    if (!landed) await this.#recordLate(id, token, result);
  }

  /** Records what came of an event that was not claimed because nothing was to be sent, unless its life moved on meanwhile. */
  async settle(ref: EventRef, result: TurnResult, waitsFor: readonly string[] = []): Promise<void> {
    const stillHas = { generation: ref.generation, status: { $in: [...CLAIMABLE] } };
    await this.#settling.submit({ id: ref.id, stillHas, token: null, result, waitsFor });
  }

  /** Resolves when everything handed in so far has been written or has failed. */
  async drain(): Promise<void> {
    await Promise.all([
      this.#accepting.drain(),
      this.#finding.drain(),
      this.#claiming.drain(),
      this.#recording.drain(),
      this.#settling.drain(),
    ]);
  }

  async #findRows(ids: string[]): Promise<(EventRow | null)[]> {
    const rows = await storing(() =>
      this.#events
        .find({ _id: { $in: [...new Set(ids)] } }, { readPreference: "primary", batchSize: ids.length + 1 })
        .toArray(),
    );
    const byId = new Map(rows.map((row) => [row._id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** Whether each write found its event; of those without a token nobody asks. */
  async #write(writes: OutcomeWrite[]): Promise<boolean[]> {
    const operations = outcomeOperations(writes);
    const { matchedCount } = await storing(() => this.#events.bulkWrite(operations, { ordered: false }));
    if (matchedCount === writes.length) return writes.map(() => true);
    const tokens = writes.flatMap(({ token }) => (token === null ? [] : [token]));
    const ids = writes.flatMap(({ id, token }) => (token === null ? [] : [id]));
    const rows = await storing(() =>
      this.#events
        .find(
          { _id: { $in: ids }, recordedBy: { $in: [...new Set(tokens)] } },
          { projection: { recordedBy: 1 }, readPreference: "primary" },
        )
        .toArray(),
    );
    const recordedBy = new Map(rows.map((row) => [row._id, row.recordedBy]));
    return writes.map(({ id, token }) => token === null || recordedBy.get(id) === token);
  }

  async #recordLate(id: string, token: string, result: TurnResult): Promise<void> {
    const attempts = result.attempt === null ? {} : { $push: { attempts: result.attempt } };
    if (result.outcome.status === "delivered") {
      const { modifiedCount } = await storing(() =>
        this.#events.updateOne({ _id: id, takenFrom: token, status: { $in: [...TAKEN_AWAY] } }, [
          NOTE_LEFT_ENDING,
          {
            $set: {
              ...asConstants({ status: "delivered", reason: null, click: result.click, starts: 0, recordedBy: token }),
              generation: { $add: ["$generation", 1] },
              endedAt: "$$NOW",
              ...(result.attempt === null
                ? {}
                : { attempts: { $concatArrays: ["$attempts", [{ $literal: result.attempt }]] } }),
            },
          },
          { $unset: ["waitsFor"] },
        ]),
      );
      if (modifiedCount === 1) return;
    }
    await storing(() =>
      this.#events.updateOne({ _id: id, recordedBy: { $ne: token } }, { $set: { recordedBy: token }, ...attempts }),
    );
  }

  get #events() {
    return this.#mongo.native.events;
  }
}
