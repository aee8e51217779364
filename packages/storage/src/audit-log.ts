import type { Resolution } from "@capi-relay/contract";
import mongoose from "mongoose";
import type { AuditEntry } from "./audit-entry.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** A place in the audit, which runs from the newest entry to the oldest. */
export interface AuditPosition {
  readonly at: Date;
  readonly id: string;
}

export type PlacedAuditEntry = AuditEntry & { readonly id: string };

/** What the audit says of an event about which a bulk decision decided: how, and which decision it was. */
export function resolvedBy(as: Resolution, decisionId: string): string {
  return `${as} by ${decisionId}`;
}

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

  /** Events that a bulk retry sent again, at most `limit`. */
  retriedBy(orderId: string, limit: number): Promise<string[]> {
    return this.#subjectsOf({ action: "event_retried", detail: orderId }, "by_bulk_retry", limit);
  }

  /** Events that a bulk decision had sent again, at most `limit`. */
  resentBy(decisionId: string, limit: number): Promise<string[]> {
    return this.#subjectsOf(
      { action: "event_resolved", detail: resolvedBy("resend", decisionId) },
      "by_bulk_decision",
      limit,
    );
  }

  async #subjectsOf(
    entry: Pick<AuditEntry, "action" | "detail">,
    index: "by_bulk_retry" | "by_bulk_decision",
    limit: number,
  ): Promise<string[]> {
    const entries = await storing(() =>
      this.#mongo.collections.audit
        .find(entry, { _id: 0, subject: 1 })
        .hint(index)
        .limit(limit)
        .read("primary")
        .lean<Pick<AuditEntry, "subject">[]>(),
    );
    return entries.map(({ subject }) => subject);
  }

  /** What anybody did to anything: the next `limit` entries after a position, from the newest one if it is null. */
  async page(after: AuditPosition | null, limit: number): Promise<PlacedAuditEntry[]> {
    const older =
      after === null
        ? {}
        : {
            at: mongoose.trusted({ $lte: after.at }),
            $nor: [{ at: after.at, _id: mongoose.trusted({ $gte: new mongoose.Types.ObjectId(after.id) }) }],
          };
    const rows = await storing(() =>
      this.#mongo.collections.audit
        .find(older)
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .read("primary")
        .lean<(AuditEntry & { readonly _id: mongoose.Types.ObjectId })[]>(),
    );
    return rows.map(({ _id, ...entry }) => ({ ...entry, id: _id.toHexString() }));
  }
}
