import { Coalescer } from "@capi-relay/coalesce";
import type { EventStatus, Resolution } from "@capi-relay/contract";
import { ALONE_AFTER_STARTS, type Conversation, lookupsOfConversation } from "@capi-relay/domain";
import type { ConversionQueue, Lane } from "@capi-relay/queue";
import {
  ACCOUNTS_FRESH_FOR_MS,
  type Accepted,
  type Account,
  CANCELLABLE,
  type DueRow,
  type EventCorrection,
  type EventLedger,
  type EventLives,
  type EventRef,
  type LedgerEvent,
} from "@capi-relay/storage";
import { IntakeLanes } from "./intake-lanes.ts";
import { cancelRefusal, correctionRefusal, redriveRefusal } from "./judge-case-work.ts";
import { Patience } from "./patience.ts";
import type { RedriveRefusal } from "./redrive-refusal.ts";
import { standsStill } from "./stands-still.ts";

export interface DispatchPorts {
  readonly ledger: EventLedger;
  readonly lives: EventLives;
  readonly queue: ConversionQueue;
  readonly accounts: { find(id: string): Promise<Account | null> };
  /** Told when a job could not be added. The ledger has the event, so the sweeper will add it. */
  readonly onQueueAway: (error: unknown) => void;
  readonly now: () => Date;
  /** An account with more events than this waiting goes to the slow lane. Default 5,000. */
  readonly crowdAt?: number;
}

/** What decides when and where an event's job runs. */
type Enqueueable = Pick<DueRow, "id" | "generation" | "eventName" | "dueAt" | "accountId" | "starts">;

interface Refused {
  readonly kind: "refused";
  readonly because: RedriveRefusal;
}
interface NotFound {
  readonly kind: "not_found";
}
export type Redriven = { readonly kind: "requeued"; readonly generation: number } | Refused | NotFound;
export type Cancelled = { readonly kind: "cancelled" } | Refused | NotFound;
export type Resolved = Redriven | { readonly kind: "resolved" };

/** Somebody waits for the answer meanwhile. */
const HELD_PER_CALL = 500;
const WAITERS_PER_PASS = 1_000;
/** A bound, not an aim: whoever waits beyond it is woken by the sweeper. */
const MAX_PASSES = 10;
/** Rows called back at the same time: a part of the connections, so that new events still get through. */
const AT_A_TIME = 25;
/** How long a caller's answer waits for Redis once the ledger has the event. */
const QUEUE_PATIENCE_MS = 1_500;

/**
 * Puts events on the queue, always in the same order: first the ledger, then Redis. Whatever fails in between, the ledger
 * knows, and the sweeper finishes.
 */
export class Dispatcher {
  readonly #ports: DispatchPorts;
  readonly #lanes: IntakeLanes;
  readonly #queuePatience = new Patience(QUEUE_PATIENCE_MS);
  // A worker that runs a thousand events at a time may have to wake as many: by themselves they would take every connection.
  readonly #waking = new Coalescer((refs: EventRef[]) => this.#wakeAll(refs), { maxItems: WAITERS_PER_PASS });

  constructor(ports: DispatchPorts) {
    this.#ports = ports;
    this.#lanes = new IntakeLanes(ports);
  }

  /**
   * Takes a new event in. Rejects if the ledger did not take it; a queue that is away, or takes its time, is not the
   * caller's concern.
   */
  async accept(event: LedgerEvent): Promise<Accepted> {
    const accepted = await this.#ports.ledger.accept(event);
    if (accepted.kind === "stored") await this.#queuePatience.with(this.#enqueue(event));
    return accepted;
  }

  /**
   * Sends an event again, in a new life, corrected or as it was. Delivered ones and those of unknown outcome are never resent
   * this way, and none that Meta may hold is corrected.
   */
  async redrive(id: string, correction: EventCorrection | null = null): Promise<Redriven> {
    const event = await this.#ports.ledger.find(id);
    if (event === null) return { kind: "not_found" };
    const now = this.#ports.now();
    const refusal = redriveRefusal(event, now) ?? (correction === null ? null : correctionRefusal(event));
    if (refusal !== null) return { kind: "refused", because: refusal };
    return this.#startAnew(event, [event.status], now, correction);
  }

  /** Ends an event that nothing was sent of; refused while a worker has it and once Meta may hold it. */
  async cancel(id: string, reason: "cancelled_by_caller" | "cancelled_by_operator"): Promise<Cancelled> {
    const event = await this.#ports.ledger.find(id);
    if (event === null) return { kind: "not_found" };
    const refusal = cancelRefusal(event);
    if (refusal !== null) return { kind: "refused", because: refusal };
    const cancelled = await this.#ports.lives.cancel(event, CANCELLABLE, reason, this.#ports.now());
    if (!cancelled) return { kind: "refused", because: "under_way" };
    await this.#forgetJob(event);
    return { kind: "cancelled" };
  }

  /** Ends the doubt about an event: a person has looked and says what became of it, or has it sent again. */
  async resolve(id: string, as: Resolution): Promise<Resolved> {
    const event = await this.#ports.ledger.find(id);
    if (event === null) return { kind: "not_found" };
    if (event.status !== "outcome_unknown") return { kind: "refused", because: "outcome_is_known" };
    if (as === "resend" && event.sample === true) return { kind: "refused", because: "sample_data" };
    const now = this.#ports.now();
    if (as === "resend") {
      if (event.expiresAt <= now) return { kind: "refused", because: "window_passed" };
      return this.#startAnew(event, ["outcome_unknown"], now, null);
    }
    const ended =
      as === "delivered"
        ? await this.#ports.lives.end(event, "outcome_unknown", "delivered", null, now)
        : await this.#ports.lives.end(event, "outcome_unknown", "cancelled", "abandoned_unknown", now);
    return ended ? { kind: "resolved" } : { kind: "refused", because: "outcome_is_known" };
  }

  /** Sends whoever waits for a click of this conversation. To be called after the click was stored, never before. */
  async wakeWaiters(conversation: Conversation): Promise<number> {
    if (conversation.clicks.length === 0) return 0;
    let woken = 0;
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const waiting = await this.#ports.lives.waitingFor(lookupsOfConversation(conversation), WAITERS_PER_PASS);
      woken += await this.#requeueAll(waiting, ["waiting_click"]);
      if (waiting.length < WAITERS_PER_PASS) break;
    }
    return woken;
  }

  async #startAnew(
    event: LedgerEvent,
    from: readonly EventStatus[],
    now: Date,
    correction: EventCorrection | null,
  ): Promise<Redriven> {
    const requeued = await this.#ports.lives.requeue(event, from, now, "manual", correction);
    if (requeued === null) return { kind: "refused", because: "under_way" };
    await this.#enqueue(requeued);
    await this.#forgetJob(event);
    return { kind: "requeued", generation: requeued.generation };
  }

  /** Wakes one event that went to wait while its click was arriving. Callers of the same moment share the way. */
  async wake(ref: EventRef): Promise<void> {
    await this.#waking.submit(ref);
  }

  /** Sends held events on their way again. */
  async releaseHeld(refs: readonly EventRef[]): Promise<number> {
    return this.#requeueAll(refs, ["held"]);
  }

  /**
   * Sends the held events of an account that can send again, the most urgent first. They leave once every worker must have
   * noticed that it can: one that has not would only hold them anew. The sweeper sends whatever is left out here.
   */
  async releaseAccount(accountId: string): Promise<number> {
    const held = await this.#ports.lives.resting({ status: "held", accountId }, HELD_PER_CALL);
    return this.#requeueAll(held, ["held"], new Date(this.#ports.now().getTime() + ACCOUNTS_FRESH_FOR_MS));
  }

  /** Adds the job of a row that should have one, in the lane it belongs to unless told otherwise. Rejects while Redis is away. */
  async addJob(event: Enqueueable, wanted?: Lane): Promise<void> {
    const lane = wanted ?? (await this.#laneOf(event));
    await this.#ports.queue.add(event, lane);
    this.#lanes.added(event, lane);
  }

  async #wakeAll(refs: readonly EventRef[]): Promise<null[]> {
    await this.#requeueAll(refs, ["waiting_click"]);
    return refs.map(() => null);
  }

  async #requeueAll(
    refs: readonly EventRef[],
    from: readonly EventStatus[],
    now: Date = this.#ports.now(),
  ): Promise<number> {
    const enqueued: Promise<void>[] = [];
    const callBack = async (ref: EventRef) => {
      const row = await this.#ports.lives.requeue(ref, from, now);
      if (row !== null) enqueued.push(this.#enqueue(row));
    };
    try {
      for (let next = 0; next < refs.length; next += AT_A_TIME)
        await Promise.all(refs.slice(next, next + AT_A_TIME).map(callBack));
    } finally {
      // Whatever became of the others: those that were called back are queued and need their jobs.
      await Promise.all(enqueued);
    }
    return enqueued.length;
  }

  /** One during which workers die must take no others along. */
  async #laneOf({ starts, accountId }: Enqueueable): Promise<Lane> {
    if (starts >= ALONE_AFTER_STARTS) return "alone";
    // A ledger that does not answer now is no reason to leave the job out.
    const account = await this.#ports.accounts.find(accountId).catch(() => null);
    return this.#lanes.laneFor(accountId, account !== null && standsStill(account, this.#ports.now()));
  }

  async #enqueue(event: Enqueueable): Promise<void> {
    try {
      await this.addJob(event);
    } catch (error) {
      this.#ports.onQueueAway(error);
    }
  }

  async #forgetJob(ref: EventRef): Promise<void> {
    try {
      await this.#ports.queue.forget(ref);
    } catch (error) {
      this.#ports.onQueueAway(error);
    }
  }
}
