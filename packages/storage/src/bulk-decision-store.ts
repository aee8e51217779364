import type { mongo } from "mongoose";
import type { BulkDecisionRow } from "./bulk-decision-row.ts";
import type { BulkOrderRow, BulkPosition } from "./bulk-order-row.ts";
import { BulkOrderStore } from "./bulk-order-store.ts";
import type { MongoConnection } from "./mongo-connection.ts";

export type BulkDecision = Omit<BulkDecisionRow, "_id"> & { readonly id: string };

/** What one step of the runner did. */
export interface BulkDecisionStep {
  readonly position: BulkPosition;
  readonly decided: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** What is ordered: which events, what became of them, and how many those were when somebody looked. */
export type NewBulkDecision = Pick<
  BulkDecision,
  "filter" | "as" | "doubtedBefore" | "planned" | "perSecond" | "startedBy"
>;

/** Decisions about many events in doubt. */
export class BulkDecisionStore extends BulkOrderStore<BulkDecisionRow> {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    super();
    this.#mongo = mongo;
  }

  start(order: NewBulkDecision, now: Date): Promise<BulkDecision> {
    return this.insert("decision", { ...order, decided: 0 }, now);
  }

  /** Notes a step, unless somebody else has taken it already; false then. */
  advance(order: BulkDecision, { decided, ...step }: BulkDecisionStep): Promise<boolean> {
    return this.note(order, step, { decided });
  }

  protected get orders(): mongo.Collection<BulkOrderRow> {
    return this.#mongo.native.bulkDecisions;
  }
}
