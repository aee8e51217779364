/** The sandbox's idea of now: the machine's clock plus an offset that tests may set. */
export class SteerableClock {
  readonly #realNowMs: () => number;
  #offsetMs = 0;

  constructor(realNowMs: () => number) {
    this.#realNowMs = realNowMs;
  }

  now(): Date {
    return new Date(this.#realNowMs() + this.#offsetMs);
  }

  /** Unsteered: how long a fault lasts must not change because somebody moved event time. */
  realNowMs(): number {
    return this.#realNowMs();
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  steer(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }
}
