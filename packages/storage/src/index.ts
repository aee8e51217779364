export { type Account, type AccountCreated, AccountStore } from "./account-store.ts";
export type { AlertCause, AlertKind, AlertRow } from "./alert-row.ts";
export { AlertStore } from "./alert-store.ts";
export { type ApiKey, type ApiKeyMaking, ApiKeyStore } from "./api-key-store.ts";
export type { AuditEntry } from "./audit-entry.ts";
export { AuditLog, type AuditPosition, type PlacedAuditEntry, resolvedBy } from "./audit-log.ts";
export type { BulkDecisionFilter } from "./bulk-decision-row.ts";
export { type BulkDecision, BulkDecisionStore } from "./bulk-decision-store.ts";
export type { BulkOrderRow, BulkPosition } from "./bulk-order-row.ts";
export type { BulkRetryFilter } from "./bulk-retry-row.ts";
export { type BulkRetry, type BulkRetryStep, BulkRetryStore } from "./bulk-retry-store.ts";
export { ACCOUNTS_FRESH_FOR_MS, CachedAccounts } from "./cached-accounts.ts";
export { CachedApiKeys } from "./cached-api-keys.ts";
export { type ClickCaptureCount, ClickCaptureStore } from "./click-capture-store.ts";
export type { ContactQuery } from "./contact-query.ts";
export type { ContactTraces } from "./contact-traces.ts";
export { ConversationStore, type Remembered, type SeenContact } from "./conversation-store.ts";
export { type DeadlineFilter, DeadlineList, type DeadlinePosition } from "./deadline-list.ts";
export type { DueRow } from "./due-row.ts";
export { EventEraser } from "./event-eraser.ts";
export { ALL_EVENTS, type EventFilter, type EventPosition, runsByEnding } from "./event-filter.ts";
export { ENDED } from "./event-indexes.ts";
export { type Accepted, EventLedger } from "./event-ledger.ts";
export { EventList, type ListedEvent } from "./event-list.ts";
export { type EventCorrection, EventLives } from "./event-lives.ts";
export { EventProgress, type Progress } from "./event-progress.ts";
export type { EventRef } from "./event-ref.ts";
export type { EventRow } from "./event-row.ts";
export { type EventClue, EventSearch, type FoundIds } from "./event-search.ts";
export { CANCELLABLE, CLAIMABLE, RETRYABLE, UNFINISHED } from "./event-statuses.ts";
export { queriesOf } from "./indexed-query.ts";
export { LeaseStore } from "./lease-store.ts";
export { countUnfinished } from "./ledger-counts.ts";
export type { LedgerEvent } from "./ledger-event.ts";
export { keepMigrating, migrate, missingIndexes } from "./migrate.ts";
export { MongoConnection } from "./mongo-connection.ts";
export { mongoUriMistake } from "./mongo-uri-mistake.ts";
export {
  type AccountRefusals,
  type CodeRefusals,
  type HourlyRefusals,
  type RefusalCount,
  type RefusalQuery,
  RefusalStore,
} from "./refusal-store.ts";
export type {
  Amount,
  DoubtfulPurchases,
  DurationCount,
  EndingAmount,
  PurchaseEnding,
  RollupProgressRow,
  RollupRow,
  StandingAmount,
  StandingRow,
  TimeLeft,
} from "./rollup-row.ts";
export { isDuplicateKey, QueryTooSlow, StorageUnavailable, storing } from "./storage-error.ts";
export { type DueCursor, type LapsedEvent, SweepStore } from "./sweep-store.ts";
export type { TurnResult } from "./write-outcomes.ts";
