import type { ChosenClick, Opened } from "@capi-relay/domain";
import type { Lane } from "@capi-relay/queue";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { AccountQueue, type AccountQueueOptions } from "./account-queue.ts";
import type { Fate, Refusal } from "./fate.ts";
import { SluggishNotices, type SluggishNoticesOptions } from "./sluggish-notices.ts";

export interface DeparturesOptions extends AccountQueueOptions, SluggishNoticesOptions {}

const LOOK_AROUND_MS = 250;
/** What is known of a destination is forgotten when nobody has gone there for so long; it then begins slowly again. */
const FORGET_AFTER_MS = 600_000;

/**
 * Gathers events that may share a request and lets requests leave, account by account; accounts are never mixed.
 * Whoever comes gets an answer, whatever happens: to have departed, to have been sent away, or the error that stopped
 * its request.
 */
export class Departures {
  readonly #options: DeparturesOptions;
  /** By account. */
  readonly #queues = new Map<string, AccountQueue>();
  readonly #notices: SluggishNotices;
  readonly #watch: NodeJS.Timeout;
  #closed = false;

  constructor(options: DeparturesOptions) {
    this.#options = options;
    this.#notices = new SluggishNotices(options);
    // What has arrived is heard first: a timer that is late is no sign of a request that hangs.
    this.#watch = setInterval(() => setImmediate(() => this.#lookAround()), LOOK_AROUND_MS).unref();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Destinations of which something is known. */
  get size(): number {
    return this.#queues.size;
  }

  /** Why an event of this account would be sent away at once; null if it may come. */
  refusalOf(account: Account, lane: Lane): Refusal | null {
    if (this.#closed) return { kind: "dismissed" };
    return this.#queues.get(account.id)?.refusalOf(account, lane) ?? null;
  }

  /** Resolves when the event has been to Meta, or must not wait here. */
  async send(event: Opened<LedgerEvent>, account: Account, click: ChosenClick, lane: Lane): Promise<Fate> {
    const refusal = this.refusalOf(account, lane);
    if (refusal !== null) return refusal;
    const queue = this.#queues.get(account.id) ?? this.#open(account.id);
    return queue.enter({ account, testCode: event.testCode }, { event, click, lane });
  }

  /** Sends away everybody who has not departed, and lets nobody in any more. Requests on their way still come home. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const queue of this.#queues.values()) queue.close();
  }

  #open(accountId: string): AccountQueue {
    const queue = new AccountQueue(this.#options, () => setImmediate(() => this.#leaveUnfilled()));
    this.#queues.set(accountId, queue);
    return queue;
  }

  #leaveUnfilled(): void {
    for (const queue of this.#queues.values()) queue.leaveUnfilled();
  }

  #lookAround(): void {
    const now = this.#options.now().getTime();
    for (const [accountId, queue] of this.#queues) {
      if (queue.isSluggish(now)) {
        void this.#notices.tell(accountId, now);
        queue.sendFastLaneAway();
      } else if (queue.idleForMs(now) > FORGET_AFTER_MS) {
        this.#queues.delete(accountId);
        this.#notices.forget(accountId);
      }
    }
  }
}
