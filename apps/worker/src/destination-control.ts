import type { EventReason } from "@capi-relay/contract";
import type { Logger } from "@capi-relay/runtime";
import type { Account, AccountStore, AuditLog, CachedAccounts, LeaseStore } from "@capi-relay/storage";
import { SealedValueError } from "@capi-relay/vault";
import type { AlertBell } from "./alert-bell.ts";
import type { Clarity } from "./destination-gate.ts";

interface DestinationControlOptions {
  readonly store: Pick<
    AccountStore,
    "pause" | "throttle" | "openToken" | "markUnclear" | "markClear" | "markSluggish" | "switchOffName"
  >;
  readonly cache: Pick<CachedAccounts, "forget">;
  readonly leases: Pick<LeaseStore, "take" | "release">;
  /** This process's name among the workers. */
  readonly holder: string;
  /** Longer than a request to Meta can take, in milliseconds. */
  readonly probeMs: number;
  readonly alerts: Pick<AlertBell, "ring">;
  readonly audit: Pick<AuditLog, "append">;
  readonly log: Logger;
  readonly now: () => Date;
}

/** How long an account is taken for sluggish; `SluggishNotices` tells it anew every five seconds while it goes on. */
const SLUGGISH_FOR_MS = 10_000;

/** What all workers know of a destination, and what Meta's answers change of it. */
export class DestinationControl {
  readonly #options: DestinationControlOptions;
  /** As they were read: a new token is another account. */
  readonly #opened = new WeakSet<Account>();

  constructor(options: DestinationControlOptions) {
    this.#options = options;
  }

  openToken(account: Account): string {
    return this.#options.store.openToken(account);
  }

  /** False when the key that its token was encrypted with is missing. Asked for every event, so it remembers a yes. */
  canOpenToken(account: Account): boolean {
    if (this.#opened.has(account)) return true;
    try {
      this.openToken(account);
      this.#opened.add(account);
      return true;
    } catch (error) {
      if (error instanceof SealedValueError) return false;
      throw error;
    }
  }

  /**
   * Pauses the account unless it has got another token or dataset meanwhile. One alert and one entry of the
   * audit per pause, whoever notices first.
   */
  async pause(account: Account, reason: EventReason): Promise<void> {
    const { store, cache, alerts, audit, now } = this.#options;
    const paused = await store.pause(account, reason, now());
    cache.forget(account.id);
    if (!paused) return;
    await alerts.ring({ kind: "account_paused", accountId: account.id, detail: reason });
    const entry = { action: "account_paused", subject: account.id, detail: reason } as const;
    await audit.append({ at: now(), who: "a worker", ...entry });
  }

  async throttle(account: Account, until: Date): Promise<void> {
    const { store, cache, log } = this.#options;
    await store.throttle(account, until);
    cache.forget(account.id);
    log.warn({ account: account.id, until }, "account.throttled");
  }

  /** Switches a name off that Meta refused in a request of that name alone. */
  async switchOffName(account: Account, eventName: string): Promise<void> {
    const { store, cache, alerts } = this.#options;
    if (account.datasetId === null) return;
    const switchedOff = await store.switchOffName(account.id, account.datasetId, eventName);
    cache.forget(account.id);
    if (switchedOff) await alerts.ring({ kind: "event_name_switched_off", accountId: account.id, detail: eventName });
  }

  async countedNone(account: Account): Promise<void> {
    await this.#options.alerts.ring({ kind: "meta_counted_none", accountId: account.id, detail: "" });
  }

  /** Lets every worker know whether the destination's last answer was clear. */
  async tellClarity(account: Account, clarity: Exclude<Clarity, "nothing">): Promise<void> {
    const { store, cache, log, now } = this.#options;
    if (clarity === "unclear") await store.markUnclear(account.id, now());
    else await store.markClear(account.id, now());
    cache.forget(account.id);
    log.warn({ account: account.id, clarity }, "account.clarity");
  }

  /** Lets whoever puts events on the queue know that requests of this account hang. */
  async tellSluggish(accountId: string): Promise<void> {
    const { store, cache, log, now } = this.#options;
    const until = new Date(now().getTime() + SLUGGISH_FOR_MS);
    await store.markSluggish(accountId, until);
    cache.forget(accountId);
    log.warn({ account: accountId, until }, "account.sluggish");
  }

  /** The right to try an unclear destination out, and how to give it back; null while another worker has it. */
  async takeProbe(account: Account): Promise<(() => Promise<void>) | null> {
    const { leases, holder, probeMs } = this.#options;
    const duty = `probe:${account.id}`;
    if (!(await leases.take(duty, holder, probeMs))) return null;
    return () => leases.release(duty, holder);
  }
}
