import type { AuditEntry } from "./audit-entry.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** Append-only: who did what, when. */
export class AuditLog {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  async append(entry: AuditEntry): Promise<void> {
    await storing(() => this.#mongo.collections.audit.create({ ...entry }));
  }

  /** Many at once, as when an order is about thousands of events. */
  async appendAll(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await storing(() => this.#mongo.collections.audit.insertMany(entries.map((entry) => ({ ...entry }))));
  }

  /** What was done to one event, account or conversation, newest first. */
  async of(subject: string, limit: number): Promise<AuditEntry[]> {
    return storing(() =>
      this.#mongo.collections.audit
        .find({ subject })
        .sort({ at: -1 })
        .limit(limit)
        .read("primary")
        .lean<AuditEntry[]>(),
    );
  }
}
