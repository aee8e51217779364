import { randomBytes } from "node:crypto";
import type { BulkRetryFilter, BulkRetryPosition, BulkRetryRow } from "./bulk-retry-row.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

export type BulkRetry = Omit<BulkRetryRow, "_id"> & { readonly id: string };

/** What one step of the runner did. */
export interface BulkRetryStep {
  readonly position: BulkRetryPosition;
  readonly requeued: number;
  readonly refused: Readonly<Record<string, number>>;
}

const PRIMARY = { readPreference: "primary" } as const;

/** Orders to retry many events. The row is all there is: whoever runs it may die at any moment. */
export class BulkRetryStore {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  async start(
    order: { filter: BulkRetryFilter; planned: number; perSecond: number; startedBy: string },
    now: Date,
  ): Promise<BulkRetry> {
    const row: BulkRetryRow = {
      _id: `retry_${randomBytes(9).toString("base64url")}`,
      ...order,
      endedBefore: now,
      state: "running",
      startedAt: now,
      finishedAt: null,
      position: null,
      requeued: 0,
      refused: {},
    };
    await storing(() => this.#orders.insertOne(row));
    return bulkRetryOf(row);
  }

  async find(id: string): Promise<BulkRetry | null> {
    const row = await storing(() => this.#orders.findOne({ _id: id }, PRIMARY));
    return row === null ? null : bulkRetryOf(row);
  }

  /** Newest first. */
  async list(limit: number): Promise<BulkRetry[]> {
    const rows = await storing(() => this.#orders.find({}, PRIMARY).sort({ startedAt: -1 }).limit(limit).toArray());
    return rows.map(bulkRetryOf);
  }

  /** The oldest order that is not finished; one at a time is run. */
  async next(): Promise<BulkRetry | null> {
    const unfinished = { state: { $in: ["running" as const, "stopping" as const] } };
    const [row] = await storing(() => this.#orders.find(unfinished, PRIMARY).sort({ startedAt: 1 }).limit(1).toArray());
    return row === undefined ? null : bulkRetryOf(row);
  }

  /** Asks the runner to stop; false if there is nothing to stop any more. */
  async stop(id: string): Promise<boolean> {
    const result = await storing(() =>
      this.#orders.updateOne({ _id: id, state: "running" }, { $set: { state: "stopping" } }),
    );
    return result.modifiedCount === 1;
  }

  /** Notes a step, unless somebody else has taken it already; false then. */
  async advance({ id, position: from }: BulkRetry, { position, requeued, refused }: BulkRetryStep): Promise<boolean> {
    const counts = Object.entries(refused).map(([because, count]) => [`refused.${because}`, count] as const);
    const result = await storing(() =>
      this.#orders.updateOne(
        { _id: id, position: from },
        { $set: { position }, $inc: { requeued, ...Object.fromEntries(counts) } },
      ),
    );
    return result.modifiedCount === 1;
  }

  async finish(id: string, state: "stopped" | "finished", now: Date): Promise<void> {
    await storing(() =>
      this.#orders.updateOne(
        { _id: id, state: { $in: ["running", "stopping"] } },
        { $set: { state, finishedAt: now } },
      ),
    );
  }

  get #orders() {
    return this.#mongo.native.bulkRetries;
  }
}

function bulkRetryOf({ _id, ...rest }: BulkRetryRow): BulkRetry {
  return { id: _id, ...rest };
}
