/**
 * Events of one account that come back in a second, at most: a million that wait must not keep the workers busy
 * waiting.
 */
const RETURNS_PER_SECOND = 500;
const MAX_ACCOUNTS = 10_000;

/** When events that were turned away come back: after a pause, and one behind the other, however many they are. */
export class ReturnSchedule {
  readonly #pauseMs: number;
  /** By account: the first moment that nobody has taken yet, in milliseconds. */
  readonly #free = new Map<string, number>();

  /** @param pauseMs The shortest pause, in milliseconds. */
  constructor(pauseMs: number) {
    this.#pauseMs = pauseMs;
  }

  /** The next free moment of the account; never after `expiresAt`, where the event is looked at once more and ends. */
  next({ accountId, expiresAt }: { readonly accountId: string; readonly expiresAt: Date }, now: Date): Date {
    const at = Math.max(now.getTime() + this.#pauseMs, this.#free.get(accountId) ?? 0);
    if (this.#free.size >= MAX_ACCOUNTS) this.#forgetThePast(now.getTime());
    this.#free.set(accountId, at + 1_000 / RETURNS_PER_SECOND);
    return new Date(Math.min(at, expiresAt.getTime()));
  }

  #forgetThePast(now: number): void {
    for (const [accountId, free] of this.#free) if (free <= now) this.#free.delete(accountId);
  }
}
