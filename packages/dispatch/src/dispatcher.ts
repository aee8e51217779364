import { ALONE_AFTER_STARTS } from "@capi-relay/domain";
import type { ConversionQueue, Lane } from "@capi-relay/queue";
import type { Accepted, Account, DueRow, EventLedger, EventRef, LedgerEvent } from "@capi-relay/storage";
import { IntakeLanes } from "./intake-lanes.ts";
import { Patience } from "./patience.ts";
import { standsStill } from "./stands-still.ts";

export interface DispatchPorts {
  readonly ledger: Pick<EventLedger, "accept">;
  readonly queue: ConversionQueue;
  readonly accounts: { find(id: string): Promise<Account | null> };
  /** Told when a job could not be added. The ledger has the event, so the sweeper will add it. */
  readonly onQueueAway: (error: unknown) => void;
  readonly now: () => Date;
  /** An account with more events than this waiting goes to the slow lane. Default 5,000. */
  readonly crowdAt?: number;
}

/** How long a caller's answer waits for Redis once the ledger has the event. */
const QUEUE_PATIENCE_MS = 1_500;

/**
 * Takes events in and puts their jobs on the queue, always in the same order: first the ledger, then Redis. Whatever
 * fails in between, the ledger knows, and the sweeper finishes. One per process, since it counts which accounts are a
 * crowd.
 */
export class Dispatcher {
  readonly #ports: DispatchPorts;
  readonly #lanes: IntakeLanes;
  readonly #queuePatience = new Patience(QUEUE_PATIENCE_MS);

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
    if (accepted.kind === "stored") await this.#queuePatience.with(this.enqueue(event));
    return accepted;
  }

  /**
   * Adds the job of a row that should have one, in the lane it belongs to unless told otherwise. Rejects while Redis is
   * away.
   */
  async addJob(event: DueRow, wanted?: Lane): Promise<void> {
    const lane = wanted ?? (await this.#laneOf(event));
    await this.#ports.queue.add(event, lane);
    this.#lanes.added(event, lane);
  }

  /** Adds the job of a row. While Redis is away the sweeper will, and this only tells that it could not. */
  async enqueue(event: DueRow): Promise<void> {
    try {
      await this.addJob(event);
    } catch (error) {
      this.#ports.onQueueAway(error);
    }
  }

  /** Removes the job of a life that is over. One that stays meanwhile, because Redis is away, is harmless. */
  async forgetJob(ref: EventRef): Promise<void> {
    try {
      await this.#ports.queue.forget(ref);
    } catch (error) {
      this.#ports.onQueueAway(error);
    }
  }

  /** One during which workers die must take no others along. */
  async #laneOf({ starts, accountId }: DueRow): Promise<Lane> {
    if (starts >= ALONE_AFTER_STARTS) return "alone";
    // A ledger that does not answer now is no reason to leave the job out.
    const account = await this.#ports.accounts.find(accountId).catch(() => null);
    return this.#lanes.laneFor(accountId, account !== null && standsStill(account, this.#ports.now()));
  }
}
