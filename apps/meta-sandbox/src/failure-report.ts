const AT_MOST_EVERY_MS = 10_000;

/** Tells of the sandbox's own failures on standard error, but not once per request: under load that fills a disk. */
export class FailureReport {
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #unreported = 0;

  tell(error: unknown, nowMs: number): void {
    this.#unreported += 1;
    if (nowMs - this.#lastAtMs < AT_MOST_EVERY_MS) return;
    console.error(`the sandbox failed on ${this.#unreported} request(s) since the last report; the newest:`, error);
    this.#lastAtMs = nowMs;
    this.#unreported = 0;
  }
}
