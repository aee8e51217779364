/** What came longer ago counts less and less: half of it after 0.14 s, a hundredth after 0.9 s. */
const FADES_OVER_MS = 200;

/** How fast events come at present. A few steps of arithmetic per event, whatever the pace. */
export class ArrivalPace {
  #perMs = 0;
  #at = 0;

  /** Notes that one came. `at` in milliseconds, of a clock that never goes back. */
  came(at: number): void {
    this.#perMs = this.#perMsAt(at) + 1 / FADES_OVER_MS;
    this.#at = at;
  }

  /** How long so many take to come, in milliseconds; endless when none came of late. */
  timeFor(count: number, at: number): number {
    return count / this.#perMsAt(at);
  }

  #perMsAt(at: number): number {
    return this.#perMs * Math.exp((this.#at - at) / FADES_OVER_MS);
  }
}
