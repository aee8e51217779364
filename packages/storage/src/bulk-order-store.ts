import { randomBytes } from "node:crypto";
import type { mongo } from "mongoose";
import type { BulkOrderRow, BulkPosition } from "./bulk-order-row.ts";
import { storing } from "./storage-error.ts";

type Order<Row extends BulkOrderRow> = Omit<Row, "_id"> & { readonly id: string };

const PRIMARY = { readPreference: "primary" } as const;

/** Orders about many events. The row is all there is: whoever carries it out may die at any moment. */
export abstract class BulkOrderStore<Row extends BulkOrderRow> {
  /** Asked for each time: it is there only once the connection is. */
  protected abstract readonly orders: mongo.Collection<BulkOrderRow>;

  async find(id: string): Promise<Order<Row> | null> {
    const row = await storing(() => this.orders.findOne({ _id: id }, PRIMARY));
    return row === null ? null : this.#orderOf(row);
  }

  /** Newest first. */
  async list(limit: number): Promise<Order<Row>[]> {
    const rows = await storing(() => this.orders.find({}, PRIMARY).sort({ startedAt: -1 }).limit(limit).toArray());
    return rows.map((row) => this.#orderOf(row));
  }

  /** The oldest order that is not finished; one at a time is run. */
  async next(): Promise<Order<Row> | null> {
    const unfinished = { state: { $in: ["running" as const, "stopping" as const] } };
    const [row] = await storing(() => this.orders.find(unfinished, PRIMARY).sort({ startedAt: 1 }).limit(1).toArray());
    return row === undefined ? null : this.#orderOf(row);
  }

  /** Asks the runner to stop; false if there is nothing to stop any more. */
  async stop(id: string): Promise<boolean> {
    const result = await storing(() =>
      this.orders.updateOne({ _id: id, state: "running" }, { $set: { state: "stopping" } }),
    );
    return result.modifiedCount === 1;
  }

  async finish(id: string, state: "stopped" | "finished", now: Date): Promise<void> {
    await storing(() =>
      this.orders.updateOne({ _id: id, state: { $in: ["running", "stopping"] } }, { $set: { state, finishedAt: now } }),
    );
  }

  /** A new order, with whatever its kind holds beside. */
  protected async insert(
    prefix: string,
    order: Omit<Row, "_id" | "state" | "startedAt" | "finishedAt" | "position" | "refused">,
    now: Date,
  ): Promise<Order<Row>> {
    const begun = { state: "running", startedAt: now, finishedAt: null, position: null, refused: {} } as const;
    const row = { ...order, ...begun, _id: `${prefix}_${randomBytes(9).toString("base64url")}` };
    await storing(() => this.orders.insertOne(row as unknown as BulkOrderRow));
    return this.#orderOf(row as unknown as BulkOrderRow);
  }

  /** Notes a step, unless somebody else has taken it already; false then. */
  protected async note(
    { id, position: from }: { readonly id: string; readonly position: BulkPosition | null },
    { position, refused }: { readonly position: BulkPosition; readonly refused: Readonly<Record<string, number>> },
    done: Readonly<Record<string, number>>,
  ): Promise<boolean> {
    const counts = Object.entries(refused).map(([because, count]) => [`refused.${because}`, count] as const);
    const result = await storing(() =>
      this.orders.updateOne(
        { _id: id, position: from },
        { $set: { position }, $inc: { ...done, ...Object.fromEntries(counts) } },
      ),
    );
    return result.modifiedCount === 1;
  }

  /** The driver knows what all orders hold; what this kind holds beside, its own type says. */
  #orderOf({ _id, ...rest }: BulkOrderRow): Order<Row> {
    return { id: _id, ...rest } as unknown as Order<Row>;
  }
}
