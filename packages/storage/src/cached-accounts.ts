import type { Account } from "./account-store.ts";

/** How stale an account may be in a process that handles thousands of events a second, in milliseconds. */
export const ACCOUNTS_FRESH_FOR_MS = 2_000;
/** Unknown ids are remembered too, but a flood of invented ones must not fill the memory. */
const MAX_ENTRIES = 10_000;

interface Entry {
  readonly account: Promise<Account | null>;
  readonly staleAt: number;
}

/** Accounts by id, read at most every two seconds: a token or pause set elsewhere takes effect within that time. */
export class CachedAccounts {
  readonly #find: (id: string) => Promise<Account | null>;
  readonly #entries = new Map<string, Entry>();

  constructor(store: { find(id: string): Promise<Account | null> }) {
    this.#find = (id) => store.find(id);
  }

  find(id: string, now: number = Date.now()): Promise<Account | null> {
    const known = this.#entries.get(id);
    if (known !== undefined && known.staleAt > now) return known.account;
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    const account = this.#find(id);
    this.#entries.set(id, { account, staleAt: now + ACCOUNTS_FRESH_FOR_MS });
    // A failed read is nobody's answer: the next caller asks again.
    account.catch(() => this.forget(id));
    return account;
  }

  /** To be called after a change made by this very process. */
  forget(id: string): void {
    this.#entries.delete(id);
  }
}
