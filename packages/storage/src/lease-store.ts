import type { MongoConnection } from "./mongo-connection.ts";
import { isDuplicateKey, storing } from "./storage-error.ts";

/** Duties that one process at a time may have. */
export class LeaseStore {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /** Takes or renews the duty for `forMs` milliseconds by MongoDB's clock; false while another holder has it. */
  async take(duty: string, holder: string, forMs: number): Promise<boolean> {
    if (await this.#claim(duty, holder, forMs)) return true;
    // Either somebody has it, or nobody ever had: then its row must come first, since an upsert may not compare with
    // `$$NOW`.
    return (await this.#isFirst(duty)) && this.#claim(duty, holder, forMs);
  }

  /** Gives the duty back early, so that the next holder need not wait. */
  async release(duty: string, holder: string): Promise<void> {
    await storing(() => this.#leases.deleteOne({ _id: duty, holder }));
  }

  async #claim(duty: string, holder: string, forMs: number): Promise<boolean> {
    const result = await storing(() =>
      this.#leases.updateOne({ _id: duty, $or: [{ holder }, { $expr: { $lt: ["$until", "$$NOW"] } }] }, [
        { $set: { holder, until: { $add: ["$$NOW", forMs] } } },
      ]),
    );
    return result.matchedCount === 1;
  }

  async #isFirst(duty: string): Promise<boolean> {
    try {
      await storing(() => this.#leases.insertOne({ _id: duty, holder: "", until: new Date(0) }));
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  get #leases() {
    return this.#mongo.native.leases;
  }
}
