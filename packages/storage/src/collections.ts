import type { Connection, Model, mongo } from "mongoose";
import { type AccountRow, accountSchema } from "./account-row.ts";
import { type AlertRow, alertSchema } from "./alert-row.ts";
import { type ApiKeyRow, apiKeySchema } from "./api-key-row.ts";
import { type AuditEntry, auditSchema } from "./audit-entry.ts";
import { type BulkDecisionRow, bulkDecisionSchema } from "./bulk-decision-row.ts";
import type { BulkOrderRow } from "./bulk-order-row.ts";
import { type BulkRetryRow, bulkRetrySchema } from "./bulk-retry-row.ts";
import { type ClickCaptureRow, clickCaptureSchema } from "./click-capture-row.ts";
import { type ConversationRow, conversationSchema } from "./conversation-row.ts";
import { eventSchema } from "./event-indexes.ts";
import type { EventRow } from "./event-row.ts";
import { type LeaseRow, leaseSchema } from "./lease-row.ts";
import { type RefusalRow, type RefusalTotalRow, refusalSchema, refusalTotalSchema } from "./refusal-row.ts";
import {
  type RollupProgressRow,
  type RollupRow,
  rollupProgressSchema,
  rollupSchema,
  type StandingRow,
  standingSchema,
} from "./rollup-row.ts";

/** Every collection of the database, bound to one connection. */
export interface Collections {
  readonly events: Model<EventRow>;
  readonly accounts: Model<AccountRow>;
  readonly conversations: Model<ConversationRow>;
  readonly leases: Model<LeaseRow>;
  readonly alerts: Model<AlertRow>;
  readonly audit: Model<AuditEntry>;
  readonly apiKeys: Model<ApiKeyRow>;
  readonly rollups: Model<RollupRow>;
  readonly rollupProgress: Model<RollupProgressRow>;
  readonly standing: Model<StandingRow>;
  readonly clickCaptures: Model<ClickCaptureRow>;
  readonly bulkRetries: Model<BulkRetryRow>;
  readonly bulkDecisions: Model<BulkDecisionRow>;
  readonly refusals: Model<RefusalRow>;
  readonly refusalTotals: Model<RefusalTotalRow>;
}

/**
 * The driver's own view of the collections that are written or read thousands of times a second, or with the server's
 * clock: their documents are shaped by our types, and casting each of them would buy nothing.
 */
export interface NativeCollections {
  readonly events: mongo.Collection<EventRow>;
  readonly conversations: mongo.Collection<ConversationRow>;
  readonly leases: mongo.Collection<LeaseRow>;
  readonly rollups: mongo.Collection<RollupRow>;
  readonly rollupProgress: mongo.Collection<RollupProgressRow>;
  readonly standing: mongo.Collection<StandingRow>;
  readonly clickCaptures: mongo.Collection<ClickCaptureRow>;
  readonly bulkRetries: mongo.Collection<BulkOrderRow>;
  readonly bulkDecisions: mongo.Collection<BulkOrderRow>;
  readonly refusals: mongo.Collection<RefusalRow>;
  readonly refusalTotals: mongo.Collection<RefusalTotalRow>;
}

export function nativeCollectionsOf(collections: Collections): NativeCollections {
  const { events, conversations, leases, rollups, rollupProgress, standing, clickCaptures, bulkRetries } = collections;
  const { bulkDecisions, refusals, refusalTotals } = collections;
  return {
    events: events.collection as unknown as mongo.Collection<EventRow>,
    conversations: conversations.collection as unknown as mongo.Collection<ConversationRow>,
    leases: leases.collection as unknown as mongo.Collection<LeaseRow>,
    refusals: refusals.collection as unknown as mongo.Collection<RefusalRow>,
    refusalTotals: refusalTotals.collection as unknown as mongo.Collection<RefusalTotalRow>,
    rollups: rollups.collection as unknown as mongo.Collection<RollupRow>,
    rollupProgress: rollupProgress.collection as unknown as mongo.Collection<RollupProgressRow>,
    standing: standing.collection as unknown as mongo.Collection<StandingRow>,
    clickCaptures: clickCaptures.collection as unknown as mongo.Collection<ClickCaptureRow>,
    bulkRetries: bulkRetries.collection as unknown as mongo.Collection<BulkOrderRow>,
    bulkDecisions: bulkDecisions.collection as unknown as mongo.Collection<BulkOrderRow>,
  };
}

export function collectionsOf(connection: Connection): Collections {
  return {
    events: connection.model("Event", eventSchema) as unknown as Model<EventRow>,
    accounts: connection.model<AccountRow>("Account", accountSchema),
    conversations: connection.model<ConversationRow>("Conversation", conversationSchema),
    leases: connection.model<LeaseRow>("Lease", leaseSchema),
    alerts: connection.model<AlertRow>("Alert", alertSchema),
    audit: connection.model<AuditEntry>("AuditEntry", auditSchema),
    apiKeys: connection.model<ApiKeyRow>("ApiKey", apiKeySchema),
    refusals: connection.model<RefusalRow>("Refusal", refusalSchema),
    refusalTotals: connection.model("RefusalTotal", refusalTotalSchema) as unknown as Model<RefusalTotalRow>,
    rollups: connection.model("Rollup", rollupSchema) as unknown as Model<RollupRow>,
    rollupProgress: connection.model("RollupProgress", rollupProgressSchema) as unknown as Model<RollupProgressRow>,
    standing: connection.model("Standing", standingSchema) as unknown as Model<StandingRow>,
    clickCaptures: connection.model("ClickCapture", clickCaptureSchema) as unknown as Model<ClickCaptureRow>,
    bulkRetries: connection.model("BulkRetry", bulkRetrySchema) as unknown as Model<BulkRetryRow>,
    bulkDecisions: connection.model("BulkDecision", bulkDecisionSchema) as unknown as Model<BulkDecisionRow>,
  };
}
