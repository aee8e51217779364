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

  /** One of them waits from now on. True when with it so many do that they take the seats of the company they wait for. */
  waits(): boolean {
    this.#waiting += 1;
    return this.#waiting === this.#fullHouse;
  }

  /** So many of them wait no longer. */
  waitNoLonger(count: number): void {
    this.#waiting -= count;
  }
}
