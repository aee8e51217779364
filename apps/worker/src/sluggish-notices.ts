export interface SluggishNoticesOptions {
  /** Tells those who put events on the queue that requests of this account hang; told anew while it goes on. */
  readonly onSluggish: (accountId: string) => Promise<void>;
  readonly onTrouble: (error: unknown, what: string) => void;
}

/** Before it is forgotten: see `DestinationControl`. */
const TELL_EVERY_MS = 5_000;

/** Tells that requests of an account hang, and tells it anew while that goes on, but not at every look. */
export class SluggishNotices {
  readonly #options: SluggishNoticesOptions;
  /** By account: when it was told last, in milliseconds. */
  readonly #toldAt = new Map<string, number>();

  constructor(options: SluggishNoticesOptions) {
    this.#options = options;
  }

  /** Requests of the account hang at `now`, in milliseconds. Never rejects. */
  async tell(accountId: string, now: number): Promise<void> {
    const toldAt = this.#toldAt.get(accountId) ?? Number.NEGATIVE_INFINITY;
    if (now - toldAt < TELL_EVERY_MS) return;
    this.#toldAt.set(accountId, now);
    const { onSluggish, onTrouble } = this.#options;
    await onSluggish(accountId).catch((error: unknown) => onTrouble(error, "sluggish"));
  }

  forget(accountId: string): void {
    this.#toldAt.delete(accountId);
  }
}
