import type { mongo } from "mongoose";
import type { BulkOrderRow, BulkPosition } from "./bulk-order-row.ts";
import { BulkOrderStore } from "./bulk-order-store.ts";
import type { BulkRetryFilter, BulkRetryRow } from "./bulk-retry-row.ts";
import type { MongoConnection } from "./mongo-connection.ts";

export type BulkRetry = Omit<BulkRetryRow, "_id"> & { readonly id: string };

/** What one step of the runner did. */
export interface BulkRetryStep {
  readonly position: BulkPosition;
  readonly requeued: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** Orders to retry many events. */
export class BulkRetryStore extends BulkOrderStore<BulkRetryRow> {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    super();
    this.#mongo = mongo;
  }

  start(
    order: { filter: BulkRetryFilter; planned: number; perSecond: number; startedBy: string },
    now: Date,
  ): Promise<BulkRetry> {
    return this.insert("retry", { ...order, endedBefore: now, requeued: 0 }, now);
  }

  /** Notes a step, unless somebody else has taken it already; false then. */
  advance(order: BulkRetry, { requeued, ...step }: BulkRetryStep): Promise<boolean> {
    return this.note(order, step, { requeued });
  }

  protected get orders(): mongo.Collection<BulkOrderRow> {
    return this.#mongo.native.bulkRetries;
  }
}
