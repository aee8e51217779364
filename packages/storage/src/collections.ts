import type { Connection, Model, mongo } from "mongoose";
import { type AccountRow, accountSchema } from "./account-row.ts";
import { type AlertRow, alertSchema } from "./alert-row.ts";
import { type ApiKeyRow, apiKeySchema } from "./api-key-row.ts";
import { type AuditEntry, auditSchema } from "./audit-entry.ts";
import { type ConversationRow, conversationSchema } from "./conversation-row.ts";
import { type EventRow, eventSchema } from "./event-row.ts";
import { type LeaseRow, leaseSchema } from "./lease-row.ts";

/** Every collection of the database, bound to one connection. */
export interface Collections {
  readonly events: Model<EventRow>;
  readonly accounts: Model<AccountRow>;
  readonly conversations: Model<ConversationRow>;
  readonly leases: Model<LeaseRow>;
  readonly alerts: Model<AlertRow>;
  readonly audit: Model<AuditEntry>;
  readonly apiKeys: Model<ApiKeyRow>;
}

/**
 * The driver's own view of the collections that are written thousands of times a second, or with the server's clock: their
 * documents are shaped by our types, and casting each of them would buy nothing.
 */
export interface NativeCollections {
  readonly events: mongo.Collection<EventRow>;
  readonly leases: mongo.Collection<LeaseRow>;
}

export function nativeCollectionsOf({ events, leases }: Collections): NativeCollections {
  return {
    events: events.collection as unknown as mongo.Collection<EventRow>,
    leases: leases.collection as unknown as mongo.Collection<LeaseRow>,
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
  };
}
