import type { Decisions } from "@capi-relay/dispatch";
import {
  type AuditLog,
  type BulkDecision,
  type BulkDecisionStore,
  type BulkPosition,
  resolvedBy,
} from "@capi-relay/storage";
import type { DutyTask } from "../duty.ts";
import { refusalsIn, runBulkOrders } from "./run-bulk-orders.ts";

export interface BulkDecisionPorts {
  readonly orders: Pick<BulkDecisionStore, "next" | "advance" | "finish">;
  /** The next events that a decision is about, in its order, at most `limit`. */
  nextInDoubt(decision: BulkDecision, limit: number): Promise<BulkPosition[]>;
  readonly decisions: Pick<Decisions, "resolve">;
  readonly audit: Pick<AuditLog, "appendAll">;
  readonly now: () => Date;
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
}

/** A decision just made begins within this time, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/** Looks for decisions about many events in doubt, and carries them out. */
export function bulkDecisions(ports: BulkDecisionPorts): DutyTask {
  return { name: "bulk_decisions", everyMs: LOOK_EVERY_MS, run: (goesOn) => runBulkDecisions(ports, goesOn) };
}

/**
 * Carries out the decisions about many events in doubt. A step done twice harms nothing: what was decided is in doubt
 * no more, and what is in doubt anew has been so for too short a time to be part of the decision.
 */
export function runBulkDecisions(ports: BulkDecisionPorts, goesOn: () => Promise<boolean>): Promise<void> {
  return runBulkOrders({ ...ports, doNext: (decision, limit) => decideNext(decision, limit, ports) }, goesOn);
}

async function decideNext(decision: BulkDecision, limit: number, ports: BulkDecisionPorts): Promise<number> {
  const events = await ports.nextInDoubt(decision, limit);
  const position = events.at(-1);
  if (position === undefined) return 0;
  const resolved = await Promise.all(events.map(({ id }) => ports.decisions.resolve(id, decision.as)));
  const decided = events.filter((_, index) => ["requeued", "resolved"].includes(resolved[index]?.kind ?? ""));
  await ports.audit.appendAll(decided.map(({ id }) => auditEntry(id, decision, ports.now())));
  await ports.orders.advance(decision, { position, decided: decided.length, refused: refusalsIn(resolved) });
  return events.length;
}

function auditEntry(id: string, { id: decisionId, startedBy, as }: BulkDecision, at: Date) {
  return { at, who: startedBy, action: "event_resolved", subject: id, detail: resolvedBy(as, decisionId) } as const;
}
