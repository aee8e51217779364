const SHARED_FOR_MS = 100;

/**
 * A bound for waits that nobody needs to see the end of. Callers of the same tenth of a second share one timer, so that a
 * bound costs next to nothing per event; each is let go at the latest after `ms`, and at the earliest a tenth of a second
 * before that.
 */
export class Patience {
  readonly #ms: number;
  #current: Promise<void> | null = null;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Resolves with the work, or when patience ends. Whatever becomes of the work later is the work's own concern. */
  async with(work: Promise<void>): Promise<void> {
    await Promise.race([work, this.#ending()]);
  }

  #ending(): Promise<void> {
    if (this.#current !== null) return this.#current;
    const ending = new Promise<void>((resolve) => {
      setTimeout(resolve, this.#ms).unref();
    });
    setTimeout(() => {
      this.#current = null;
    }, SHARED_FOR_MS).unref();
    this.#current = ending;
    return ending;
  }
}
