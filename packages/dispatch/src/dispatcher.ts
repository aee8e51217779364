import type { EventStatus } from "@capi-relay/contract";
import { type Conversation, lookupsOfConversation } from "@capi-relay/domain";
import type { ConversionQueue, NewJob } from "@capi-relay/queue";
import type { Accepted, DueRow, EventLedger, EventRef, LedgerEvent, SweepStore } from "@capi-relay/storage";

export interface DispatchPorts {
  readonly ledger: EventLedger;
  readonly sweeps: SweepStore;
  readonly queue: ConversionQueue;
  /** Told when a job could not be added. The ledger has the event, so the sweeper will add it. */
  readonly onQueueAway: (error: unknown) => void;
  readonly now: () => Date;
}

/** Why an event cannot be sent again, for the caller and the operator alike. */
export type RedriveRefusal =
  | "already_delivered"
  | "outcome_unknown"
  | "under_way"
  | "goes_by_itself"
  | "window_passed"
  | "cancelled";

export type Redriven =
  | { readonly kind: "requeued"; readonly generation: number }
  | { readonly kind: "refused"; readonly because: RedriveRefusal }
  | { readonly kind: "not_found" };

/** Statuses from which a person may send an event again. */
const REDRIVABLE: readonly EventStatus[] = ["rejected", "failed", "skipped", "retry_scheduled"];
const WAITERS_PER_PASS = 1_000;
/** A bound, not an aim: whoever waits beyond it is woken by the sweeper. */
const MAX_PASSES = 10;
/** Rows called back at the same time: a part of the connections, so that new events still get through. */
const AT_A_TIME = 25;

/**
 * Puts events on the queue, always in the same order: first the ledger, then Redis. Whatever fails in between, the ledger
 * knows, and the sweeper finishes.
 */
export class Dispatcher {
  readonly #ports: DispatchPorts;

  constructor(ports: DispatchPorts) {
    this.#ports = ports;
  }

  /** Takes a new event in. Rejects if the ledger did not take it; a queue that is away is not the caller's concern. */
  async accept(event: LedgerEvent): Promise<Accepted> {
    const accepted = await this.#ports.ledger.accept(event);
    if (accepted.kind === "stored") await this.#enqueue(event);
    return accepted;
  }

  /** Sends an event again, in a new life. Delivered ones and those of unknown outcome are never resent this way. */
  async redrive(id: string): Promise<Redriven> {
    const event = await this.#ports.ledger.find(id);
    if (event === null) return { kind: "not_found" };
    const now = this.#ports.now();
    const refusal = refusalOf(event, now);
    if (refusal !== null) return { kind: "refused", because: refusal };
    const requeued = await this.#ports.sweeps.requeue(event, [event.status], now, "manual");
    if (requeued === null) return { kind: "refused", because: "under_way" };
    await this.#enqueue(requeued);
    await this.#forgetJob(event);
    return { kind: "requeued", generation: requeued.generation };
  }

  /** Sends whoever waits for a click of this conversation. To be called after the click was stored, never before. */
  async wakeWaiters(conversation: Conversation): Promise<number> {
    if (conversation.clicks.length === 0) return 0;
    let woken = 0;
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const waiting = await this.#ports.sweeps.waitingFor(lookupsOfConversation(conversation), WAITERS_PER_PASS);
      woken += await this.#requeueAll(waiting, ["waiting_click"]);
      if (waiting.length < WAITERS_PER_PASS) break;
    }
    return woken;
  }

  /** Wakes one event that went to wait while its click was arriving. */
  async wake(ref: EventRef): Promise<void> {
    await this.#requeueAll([ref], ["waiting_click"]);
  }

  /** Sends held events on their way again. */
  async releaseHeld(refs: readonly EventRef[]): Promise<number> {
    return this.#requeueAll(refs, ["held"]);
  }

  /** Adds the job of a row that should have one. Rejects while Redis is away. */
  async addJob(job: NewJob): Promise<void> {
    await this.#ports.queue.add(job);
  }

  async #requeueAll(refs: readonly EventRef[], from: readonly EventStatus[]): Promise<number> {
    const now = this.#ports.now();
    const enqueued: Promise<void>[] = [];
    const callBack = async (ref: EventRef) => {
      const row = await this.#ports.sweeps.requeue(ref, from, now);
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

  async #enqueue(event: LedgerEvent | DueRow): Promise<void> {
    try {
      await this.#ports.queue.add(event);
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

function refusalOf(event: LedgerEvent, now: Date): RedriveRefusal | null {
  if (event.status === "delivered") return "already_delivered";
  if (event.status === "outcome_unknown") return "outcome_unknown";
  if (event.status === "cancelled") return "cancelled";
  if (event.status === "expired" || event.expiresAt <= now) return "window_passed";
  if (event.status === "waiting_click" || event.status === "held") return "goes_by_itself";
  return REDRIVABLE.includes(event.status) ? null : "under_way";
}
