import { type EventStatus, isTerminal } from "@capi-relay/contract";
import type { Progress } from "@capi-relay/storage";

/**
 * How waiting for an event went. Without an ending, `progress` is how far the event was when it was last looked at, if
 * ever.
 */
export type Waited =
  | { readonly kind: "ended"; readonly progress: Progress }
  /** No worker moves the event on: it waits for a click, for its account, or for a person. */
  | { readonly kind: "rests"; readonly progress: Progress }
  | { readonly kind: "out_of_time"; readonly progress: Progress | null }
  /** This process stops, or cannot look; or the caller has gone. */
  | { readonly kind: "broken_off"; readonly progress: Progress | null }
  /** As many wait already as may. */
  | { readonly kind: "no_room" };

export interface WaitingRoomOptions {
  /** How far these events have come, by id. */
  readonly look: (ids: readonly string[]) => Promise<ReadonlyMap<string, Progress>>;
  /** Told of a look that failed; whoever waited is let go. */
  readonly onTrouble: (error: unknown) => void;
  readonly maxWaiters?: number;
  readonly lookEveryMs?: number;
}

interface Waiter {
  readonly id: string;
  progress: Progress | null;
  leave(waited: Waited): void;
}

const MAX_WAITERS = 500;
const LOOK_EVERY_MS = 100;
const RESTING: readonly EventStatus[] = ["waiting_click", "held", "outcome_unknown"];

/**
 * Where requests wait for the endings of their events. While anybody waits, one look into the ledger is taken ten times
 * a second for all of them together; while nobody does, none.
 */
export class WaitingRoom {
  readonly #look: WaitingRoomOptions["look"];
  readonly #onTrouble: WaitingRoomOptions["onTrouble"];
  readonly #maxWaiters: number;
  readonly #lookEveryMs: number;
  readonly #waiters = new Set<Waiter>();
  #isWatching = false;
  #isClosed = false;

  constructor({ look, onTrouble, maxWaiters = MAX_WAITERS, lookEveryMs = LOOK_EVERY_MS }: WaitingRoomOptions) {
    this.#look = look;
    this.#onTrouble = onTrouble;
    this.#maxWaiters = maxWaiters;
    this.#lookEveryMs = lookEveryMs;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** Waits for the ending of an event, for at most `ms` milliseconds and while the caller is there. Never rejects. */
  wait(id: string, ms: number, callerGone: AbortSignal): Promise<Waited> {
    if (this.#isClosed || callerGone.aborted) return Promise.resolve({ kind: "broken_off", progress: null });
    if (this.#waiters.size >= this.#maxWaiters) return Promise.resolve({ kind: "no_room" });
    return new Promise((resolve) => {
      const waiter: Waiter = {
        id,
        progress: null,
        leave: (waited) => {
          clearTimeout(timer);
          callerGone.removeEventListener("abort", go);
          this.#waiters.delete(waiter);
          resolve(waited);
        },
      };
      const go = () => waiter.leave({ kind: "broken_off", progress: waiter.progress });
      const timer = setTimeout(() => waiter.leave({ kind: "out_of_time", progress: waiter.progress }), ms);
      callerGone.addEventListener("abort", go);
      this.#waiters.add(waiter);
      this.#watch();
    });
  }

  /** Lets everybody go at once, and nobody in any more. */
  close(): void {
    this.#isClosed = true;
    this.#letGo([...this.#waiters]);
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    setTimeout(() => void this.#lookForAll(), this.#lookEveryMs);
  }

  async #lookForAll(): Promise<void> {
    const present = [...this.#waiters];
    try {
      if (present.length > 0) this.#tell(present, await this.#look([...new Set(present.map(({ id }) => id))]));
    } catch (error) {
      this.#letGo(present);
      this.#onTrouble(error);
    }
    this.#isWatching = false;
    if (this.#waiters.size > 0) this.#watch();
  }

  #tell(present: readonly Waiter[], seen: ReadonlyMap<string, Progress>): void {
    for (const waiter of present) {
      const progress = seen.get(waiter.id);
      if (progress === undefined) continue;
      waiter.progress = progress;
      if (isTerminal(progress.status)) waiter.leave({ kind: "ended", progress });
      else if (RESTING.includes(progress.status)) waiter.leave({ kind: "rests", progress });
    }
  }

  #letGo(waiters: readonly Waiter[]): void {
    for (const waiter of waiters) waiter.leave({ kind: "broken_off", progress: waiter.progress });
  }
}
