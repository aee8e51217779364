/** Turns that are under way in this worker, against how many may be. */
export class Seats {
  readonly #count: number;
  #taken = 0;

  /** @param count Turns that may be under way at a time. */
  constructor(count: number) {
    this.#count = count;
  }

  get halfOfAll(): number {
    return Math.ceil(this.#count / 2);
  }

  /** More comes than gets done: in a worker that keeps up, few events are under way at any moment. */
  get areHalfTaken(): boolean {
    return this.#taken >= this.halfOfAll;
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
