/**
 * First come, first served over a fixed number of requests in flight. undici has a queue of its own, but a request in
 * there cannot be taken out again: it would only notice its deadline after getting a connection, and cost that
 * connection.
 */
export class RequestSlots {
  #free: number;
  /** A set keeps the order of arrival and lets one leave from the middle. */
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Calls `granted` once, now or later, unless the returned function is called before. Every grant needs one `release`.
   */
  ask(granted: () => void): () => void {
    if (this.#free > 0) {
      this.#free -= 1;
      granted();
      return () => {};
    }
    // A function of its own per request: the same callback may wait twice.
    const wake = () => granted();
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }

  release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
