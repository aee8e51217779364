import type { EventReason } from "@capi-relay/contract";
import type { Logger } from "@capi-relay/runtime";
import type { Account, AccountStore, CachedAccounts } from "@capi-relay/storage";

interface DestinationControlOptions {
  readonly store: Pick<AccountStore, "pause" | "throttle" | "openToken">;
  readonly cache: Pick<CachedAccounts, "forget">;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Stops and slows down accounts when Meta's answer was about the account, not about an event. */
export class DestinationControl {
  readonly #options: DestinationControlOptions;

  constructor(options: DestinationControlOptions) {
    this.#options = options;
  }

  openToken(account: Account): string {
    return this.#options.store.openToken(account);
  }

  /** Pauses the account unless it has got another token meanwhile. One warning per pause, whoever notices first. */
  async pause(account: Account, reason: EventReason): Promise<void> {
    const { store, cache, log, now } = this.#options;
    const paused = await store.pause(account.id, account.tokenVersion, reason, now());
    cache.forget(account.id);
    if (paused) log.warn({ account: account.id, reason }, "account.paused");
  }

  async throttle(account: Account, until: Date): Promise<void> {
    const { store, cache, log } = this.#options;
    await store.throttle(account.id, until);
    cache.forget(account.id);
    log.warn({ account: account.id, until }, "account.throttled");
  }
}
