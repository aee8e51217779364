import mongoose from "mongoose";
import type { AlertCause, AlertKind, AlertRow } from "./alert-row.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { isDuplicateKey, storing } from "./storage-error.ts";

/** Alerts: raised once per cause, closed when the cause is gone, raised again when it comes back. */
export class AlertStore {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /** True when this call opened the alert; false when it was open already. */
  async raise(cause: AlertCause, now: Date): Promise<boolean> {
    const id = idOf(cause);
    try {
      await storing(() => this.#alerts.create({ _id: id, ...cause, openedAt: now, lastMetAt: now, closedAt: null }));
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const before = await storing(() =>
      this.#alerts
        .findOneAndUpdate(
          { _id: id },
          [
            {
              $set: {
                lastMetAt: now,
                openedAt: { $cond: [{ $eq: ["$closedAt", null] }, "$openedAt", now] },
                closedAt: null,
              },
            },
          ],
          { updatePipeline: true, returnDocument: "before" },
        )
        .lean<AlertRow>(),
    );
    return before?.closedAt !== null;
  }

  /** Notes of all these at once that they were met again. Returns those of which no alert is open: to be raised. */
  async meetAgain(causes: readonly AlertCause[], now: Date): Promise<AlertCause[]> {
    const open = { _id: mongoose.trusted({ $in: causes.map(idOf) }), closedAt: null };
    await storing(() => this.#alerts.updateMany(open, { $set: { lastMetAt: now } }));
    const rows = await storing(() => this.#alerts.find(open).select({ _id: 1 }).read("primary").lean<AlertRow[]>());
    const known = new Set(rows.map((row) => row._id));
    return causes.filter((cause) => !known.has(idOf(cause)));
  }

  /** True when this call closed the alert; false when it was closed already. */
  async close(id: string, now: Date): Promise<boolean> {
    const { modifiedCount } = await storing(() =>
      this.#alerts.updateOne({ _id: id, closedAt: null }, { $set: { closedAt: now } }),
    );
    return modifiedCount === 1;
  }

  /** Open alerts, newest first; all of them without a limit. */
  async open(limit = 0): Promise<AlertRow[]> {
    return storing(() =>
      this.#alerts.find({ closedAt: null }).sort({ openedAt: -1 }).limit(limit).read("primary").lean<AlertRow[]>(),
    );
  }

  /** How many are open, by kind; kinds of which none is are left out. */
  async countOpen(): Promise<Partial<Record<AlertKind, number>>> {
    const counts = await storing(() =>
      this.#alerts
        .aggregate<{ _id: AlertKind; count: number }>([
          { $match: { closedAt: null } },
          { $group: { _id: "$kind", count: { $sum: 1 } } },
        ])
        .read("primary"),
    );
    return Object.fromEntries(counts.map(({ _id, count }) => [_id, count]));
  }

  get #alerts() {
    return this.#mongo.collections.alerts;
  }
}

/** One cause is one row, however often it is met. */
const idOf = ({ kind, accountId, detail }: AlertCause): string => [kind, accountId, detail].join(":");
