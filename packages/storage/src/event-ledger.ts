import { Coalescer } from "@capi-relay/coalesce";
import { acceptRows, type RowAccepted } from "./accept-rows.ts";
import { type ClaimWish, claimEvents, noteDeparture, releaseClaims, renewClaims } from "./event-claims.ts";
import type { EventRef } from "./event-ref.ts";
import type { EventRow } from "./event-row.ts";
import { CLAIMABLE } from "./event-statuses.ts";
import { findConfirmedRows, findRows } from "./find-rows.ts";
import { eventOf, type LedgerEvent, type PersonalDataSeal, rowOf } from "./ledger-event.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { recordLate } from "./record-late.ts";
import { type OutcomeWrite, type TurnResult, writeOutcomes } from "./write-outcomes.ts";

export type Accepted = { readonly kind: "stored" } | { readonly kind: "existing"; readonly event: LedgerEvent };

/** One command's worth: large enough that a busy worker sends few, small enough to stay far from the 48 MB limit. */
const MANY = { maxItems: 1_000, maxInFlight: 2 };
/** Where thousands of one account may come at once: a long command would hold up the few of another. */
const FEWER = { maxItems: 250, maxInFlight: 2 };
/** Departures, of up to a thousand events each; one that fails takes the others of its command along. */
const FEW_DEPARTURES = { maxItems: 16, maxInFlight: 4 };

/**
 * The truth about every event. Accepting, finding, recording and settling are about one event; claiming, renewing,
 * departing and releasing about all events of one departure. Underneath, callers of the same moment share one database
 * command, but for those who hold a claim and renew, depart or release it. All reads and writes go to the primary;
 * writes are acknowledged by the majority's journals.
 */
export class EventLedger {
  readonly #mongo: MongoConnection;
  readonly #vault: PersonalDataSeal;
  readonly #accepting: Coalescer<EventRow, RowAccepted>;
  readonly #finding: Coalescer<string, EventRow | null>;
  readonly #confirming: Coalescer<string, EventRow | null>;
  readonly #claiming: Coalescer<ClaimWish, Set<string>>;
  readonly #recording: Coalescer<OutcomeWrite, boolean>;
  readonly #settling: Coalescer<OutcomeWrite, boolean>;

  constructor(mongo: MongoConnection, vault: PersonalDataSeal) {
    this.#mongo = mongo;
    this.#vault = vault;
    this.#accepting = new Coalescer((rows) => acceptRows(this.#events, rows), MANY);
    this.#finding = new Coalescer((ids) => findRows(this.#events, ids), FEWER);
    this.#confirming = new Coalescer((ids) => findConfirmedRows(this.#events, ids), FEWER);
    this.#claiming = new Coalescer((wishes) => claimEvents(this.#events, wishes), FEW_DEPARTURES);
    this.#recording = new Coalescer((writes) => writeOutcomes(this.#events, writes), MANY);
    // Apart from what was sent: thousands that cannot leave each get a moment of their own to come back, an update
    // each.
    this.#settling = new Coalescer((writes) => writeOutcomes(this.#events, writes), FEWER);
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

  /** As `find`, of what the majority has: a caller may be told that the event is taken. */
  async findConfirmed(id: string): Promise<LedgerEvent | null> {
    const row = await this.#confirming.submit(id);
    return row === null ? null : eventOf(row, this.#vault);
  }

  /**
   * Takes the right to send these events: sets the token and a lease by MongoDB's clock on those that are still due, of
   * the same generation and not past their deadline. Returns the ids that were won. With `notesDeparture`, `departs`
   * will tell when the request leaves; without it, whoever finds the claim lapsed must suppose that it left.
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
    await renewClaims(this.#events, ids, token, leaseMs);
  }

  /** Notes that the request with these events leaves now; false if the claim on one of them is lost. */
  async departs(ids: readonly string[], token: string): Promise<boolean> {
    return noteDeparture(this.#events, ids, token);
  }

  /** Gives claimed events back unsent. */
  async release(ids: readonly string[], token: string): Promise<void> {
    await releaseClaims(this.#events, ids, token);
  }

  /**
   * Records what came of a claimed event. Filtered by the token, never by the lease's time: a late answer still counts.
   * Even if the sweeper has taken the event away meanwhile, the attempt is kept, and a clean answer ends the event
   * unless another worker is already sending it again.
   */
  async record(id: string, token: string, result: TurnResult): Promise<void> {
    const landed = await this.#recording.submit({
      id,
      stillHas: { "claim.token": token },
      token,
      result,
      waitsFor: [],
    });
    if (!landed) await recordLate(this.#events, id, token, result);
  }

  /**
   * Records what came of an event that was not claimed because nothing was to be sent, unless its life moved on
   * meanwhile.
   */
  async settle(ref: EventRef, result: TurnResult, waitsFor: readonly string[] = []): Promise<void> {
    const stillHas = { generation: ref.generation, status: { $in: CLAIMABLE } };
    await this.#settling.submit({ id: ref.id, stillHas, token: null, result, waitsFor });
  }

  /** Resolves when everything handed in so far has been written or has failed. */
  async drain(): Promise<void> {
    await Promise.all([
      this.#accepting.drain(),
      this.#finding.drain(),
      this.#confirming.drain(),
      this.#claiming.drain(),
      this.#recording.drain(),
      this.#settling.drain(),
    ]);
  }

  get #events() {
    return this.#mongo.native.events;
  }
}
