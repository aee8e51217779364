/** Turns of one lane that are under way in this worker, against how many may be. */
export class Seats {
  readonly #count: number;
  #taken = 0;

  /** @param count Turns of the lane that may be under way at a time. */
  constructor(count: number) {
    this.#count = count;
  }

  get halfOfAll(): number {
    return Math.ceil(this.#count / 2);
  }

  get taken(): number {
    return this.#taken;
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
}
