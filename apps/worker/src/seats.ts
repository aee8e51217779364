export interface SeatsOptions {
  /** Turns of the lane that may be under way at a time. */
  readonly count: number;
  /** Events in one request. */
  readonly maxEvents: number;
}

/** The turns of one lane that are under way in this worker, and those of them that wait for a request to fill. */
export class Seats {
  readonly #half: number;
  readonly #fullHouse: number;
  #taken = 0;
  #waiting = 0;

  constructor({ count, maxEvents }: SeatsOptions) {
    this.#half = Math.ceil(count / 2);
    this.#fullHouse = Math.max(this.#half, maxEvents);
  }

  /** More comes than gets done. Those who wait do not count: by their own waiting they would go on doing so. */
  get areBehind(): boolean {
    return this.#taken - this.#waiting >= this.#half;
  }

  /** One turn, from its beginning to its end. */
  async takeFor<Ending>(turn: () => Promise<Ending>): Promise<Ending> {
    this.#taken += 1;
    try {
      return await turn();
    } finally {
      this.#taken -= 1;
    }
  }

  /**
   * One of them waits from now on. It `fills_the_house` when with it so many do that they take the seats of the company
   * they wait for; whoever waits beyond that is `one_more` again, so that the house is emptied once each time it fills.
   */
  startWaiting(): "one_more" | "fills_the_house" {
    this.#waiting += 1;
    return this.#waiting === this.#fullHouse ? "fills_the_house" : "one_more";
  }

  /** So many of them wait no longer. */
  stopWaiting(count: number): void {
    this.#waiting -= count;
  }
}
