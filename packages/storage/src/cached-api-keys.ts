import type { ApiKey } from "./api-key-store.ts";

/**
 * How long an answer about a key is used, in milliseconds, counted from before it was asked for. A key revoked by
 * another process stops working within this time and the moment a request takes, 5 seconds together; one revoked here,
 * at once.
 */
const FRESH_FOR_MS = 4_000;
const MAX_KNOWN = 10_000;
const MAX_UNKNOWN = 10_000;
const MAX_MET = 10_000;

interface Entry {
  readonly key: Promise<ApiKey | null>;
  readonly staleAt: number;
}

/**
 * API keys by the hash of their secret. Without the database the cached ones work until they are stale; then the
 * question fails, because a key that may have been revoked must not pass. Hashes nobody has are kept apart from the
 * real ones, so that a flood of guesses cannot push these out.
 */
export class CachedApiKeys {
  readonly #findByHash: (hash: string) => Promise<ApiKey | null>;
  readonly #known = new Map<string, Entry>();
  readonly #unknown = new Map<string, Entry>();
  /** Hashes that turned out to be keys, also when the answer is stale: nobody gets in here by guessing. */
  readonly #met = new Set<string>();

  constructor(store: { findByHash(hash: string): Promise<ApiKey | null> }) {
    this.#findByHash = (hash) => store.findByHash(hash);
  }

  find(hash: string, now: number = Date.now()): Promise<ApiKey | null> {
    return this.fresh(hash, now) ?? this.#ask(hash, now);
  }

  /** The same for keys that were found before; a hash that was never one is not asked for. */
  async findMet(hash: string, now: number = Date.now()): Promise<ApiKey | null> {
    return this.#met.has(hash) ? this.find(hash, now) : this.fresh(hash, now);
  }

  /** What is known without asking anybody; null when nothing is. */
  fresh(hash: string, now: number = Date.now()): Promise<ApiKey | null> | null {
    const entry = this.#known.get(hash) ?? this.#unknown.get(hash);
    return entry !== undefined && entry.staleAt > now ? entry.key : null;
  }

  /** To be called after a change made by this very process. */
  forget(hash: string): void {
    this.#known.delete(hash);
    this.#unknown.delete(hash);
  }

  #meet(hash: string): void {
    this.#met.delete(hash);
    const [oldest] = this.#met;
    if (oldest !== undefined && this.#met.size >= MAX_MET) this.#met.delete(oldest);
    this.#met.add(hash);
  }

  #ask(hash: string, now: number): Promise<ApiKey | null> {
    const entry: Entry = { key: this.#findByHash(hash), staleAt: now + FRESH_FOR_MS };
    keep(this.#known, hash, entry, MAX_KNOWN);
    entry.key.then(
      (key) => {
        if (key !== null) return this.#meet(hash);
        if (this.#known.get(hash) !== entry) return;
        this.#known.delete(hash);
        keep(this.#unknown, hash, entry, MAX_UNKNOWN);
      },
      // A failed question is nobody's answer: the next caller asks again.
      () => this.forget(hash),
    );
    return entry.key;
  }
}

/** Makes room by dropping what was kept first. */
function keep(entries: Map<string, Entry>, hash: string, entry: Entry, max: number): void {
  entries.delete(hash);
  const [oldest] = entries.keys();
  if (oldest !== undefined && entries.size >= max) entries.delete(oldest);
  entries.set(hash, entry);
}
