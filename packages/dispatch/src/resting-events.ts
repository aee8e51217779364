import { Coalescer } from "@capi-relay/coalesce";
import type { EventStatus } from "@capi-relay/contract";
import { type Conversation, lookupsOfConversation } from "@capi-relay/domain";
import { ACCOUNTS_FRESH_FOR_MS, type EventLives, type EventRef } from "@capi-relay/storage";
import type { Dispatcher } from "./dispatcher.ts";

export interface RestingEventsPorts {
  readonly lives: Pick<EventLives, "requeue" | "resting" | "throttled" | "bringForward" | "waitingFor">;
  readonly dispatcher: Pick<Dispatcher, "enqueue">;
  readonly now: () => Date;
}

/** Somebody waits for the answer meanwhile. */
const HELD_PER_CALL = 500;
/** One command's worth. */
const THROTTLED_PER_PASS = 2_000;
const WAITERS_PER_PASS = 1_000;
/** A bound, not an aim: whoever waits beyond it is woken by the sweeper. */
const MAX_PASSES = 10;
/** Rows called back at the same time: a part of the connections, so that new events still get through. */
const AT_A_TIME = 25;

/**
 * Calls events back that rest until something happens: a click for those that wait, an account that can send for those
 * held.
 */
export class RestingEvents {
  readonly #ports: RestingEventsPorts;
  // A worker that runs a thousand events at a time may have to wake as many: by themselves they would take every
  // connection.
  readonly #waking = new Coalescer((refs: EventRef[]) => this.#wakeAll(refs), { maxItems: WAITERS_PER_PASS });

  constructor(ports: RestingEventsPorts) {
    this.#ports = ports;
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

  /** Wakes one event that went to wait while its click was arriving. Callers of the same moment share the way. */
  async wake(ref: EventRef): Promise<void> {
    await this.#waking.submit(ref);
  }

  /** Sends held events on their way again. */
  async releaseHeld(refs: readonly EventRef[]): Promise<number> {
    return this.#requeueAll(refs, ["held"]);
  }

  /**
   * Sends the events of an account that can send again on their way, held ones and those that Meta asked to wait, the
   * most urgent first. They leave once every worker must have noticed that it can: one that has not would only put them
   * back. The sweeper sends whatever is left out here.
   */
  async releaseAccount(accountId: string): Promise<number> {
    const { lives, now } = this.#ports;
    const noticed = new Date(now().getTime() + ACCOUNTS_FRESH_FOR_MS);
    const held = await lives.resting({ status: "held", accountId }, HELD_PER_CALL);
    const throttled = await lives.throttled(accountId, noticed, HELD_PER_CALL);
    const released = await this.#requeueAll([...held, ...throttled], ["held", "retry_scheduled"], noticed);
    if (throttled.length === HELD_PER_CALL) await this.#bringForward(accountId, noticed);
    return released;
  }

  /** Held events are found by the sweeper anyway; these would wait until the moment that Meta had named. */
  async #bringForward(accountId: string, dueAt: Date): Promise<void> {
    for (;;) {
      const refs = await this.#ports.lives.throttled(accountId, dueAt, THROTTLED_PER_PASS);
      await this.#ports.lives.bringForward(
        refs.map(({ id }) => id),
        dueAt,
      );
      if (refs.length < THROTTLED_PER_PASS) return;
    }
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
      if (row !== null) enqueued.push(this.#ports.dispatcher.enqueue(row));
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
}
