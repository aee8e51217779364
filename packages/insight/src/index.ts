export type { CaptureDay, CaptureDrop, PhoneNumberCapture } from "./click-capture.ts";
export { nextInDoubt } from "./doubtful-events.ts";
export { exportEvents } from "./export-events.ts";
export { type AtRiskQuery, type EventsAtRisk, findAtRisk } from "./find-at-risk.ts";
export { type FindEventsPorts, type FoundEvents, findEvents } from "./find-events.ts";
export type { FlowPoint, FlowTotals } from "./flow-series.ts";
export type { AccountIntake, RefusalSource } from "./intake-refusals.ts";
export type { Money } from "./money.ts";
export { type IntakeLately, type Overview, type OverviewPorts, type OverviewScope, readOverview } from "./overview.ts";
export { PERIODS, type Period, type ReadyPeriod } from "./period.ts";
export {
  type BulkDecisionPlan,
  type DoubtfulDeparture,
  MAX_BULK_DECISION,
  planBulkDecision,
} from "./plan-bulk-decision.ts";
export {
  type BulkRetryPlan,
  MAX_BULK_RETRY,
  MAX_SAMPLE_COUNT,
  MAX_TOO_OLD_COUNT,
  planBulkRetry,
} from "./plan-bulk-retry.ts";
export { PURCHASE, type PurchaseFate, type Purchases } from "./purchases.ts";
export type { RankedReason } from "./ranked-reasons.ts";
export { type DestinationHealth, readDestinations } from "./read-destinations.ts";
export { type DestinationTrouble, readTroubles, type Troubled, troubledAmong } from "./read-troubles.ts";
export { nextRetryable } from "./retryable-events.ts";
export { type Folded, RollupBuilder } from "./rollup-builder.ts";
export { RollupReader } from "./rollup-reader.ts";
export { StandingCount } from "./standing-count.ts";
export type { TimeRange } from "./time-span.ts";
export type { AtRisk, ValueAtRisk } from "./value-at-risk.ts";
export { type RetriedSoFar, whatBecameOfResent, whatBecameOfRetried } from "./what-became-of-retried.ts";
