const SHARED_FOR_MS = 100;

/**
 * A bound for waits that nobody needs to see the end of. Callers of the same tenth of a second share one timer, so that
 * a bound costs next to nothing per event; each is let go at the latest after `ms`, and at the earliest a tenth of a
 * second before that.
 */
export class Patience {
  readonly #ms: number;
  #waiting: Set<() => void> | null = null;

  /** @param ms More than the 100 in which callers share a timer, or late ones would find theirs gone. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Resolves with the work, or when patience ends. Whatever becomes of the work later is the work's own concern. */
  with(work: Promise<void>): Promise<void> {
    const waiting = this.#waitingNow();
    // No race: each would leave something behind at the timer's promise, for as long as that takes.
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        waiting.delete(resolve);
        end();
      };
      waiting.add(resolve);
      work.then(
        () => settle(resolve),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }

  #waitingNow(): Set<() => void> {
    if (this.#waiting !== null) return this.#waiting;
    const waiting = new Set<() => void>();
    setTimeout(() => {
      for (const letGo of waiting) letGo();
    }, this.#ms).unref();
    setTimeout(() => {
      this.#waiting = null;
    }, SHARED_FOR_MS).unref();
    this.#waiting = waiting;
    return waiting;
  }
}
