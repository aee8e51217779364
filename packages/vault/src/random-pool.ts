import { randomFillSync } from "node:crypto";

const DRAWS = 512;

/** Random values of one length, drawn from the system many at a time: asking for each costs more than a hash. */
export class RandomPool {
  readonly #bytes: number;
  #pool = Buffer.alloc(0);
  #at = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** A value that was never handed out before. */
  draw(): Buffer {
    if (this.#at === this.#pool.length) {
      // A new one each time: what was handed out is still in use somewhere.
      this.#pool = randomFillSync(Buffer.alloc(this.#bytes * DRAWS));
      this.#at = 0;
    }
    const value = this.#pool.subarray(this.#at, this.#at + this.#bytes);
    this.#at += this.#bytes;
    return value;
  }
}
