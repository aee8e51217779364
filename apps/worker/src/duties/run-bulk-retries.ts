import type { Decisions } from "@capi-relay/dispatch";
import type { AuditLog, BulkPosition, BulkRetry, BulkRetryStore } from "@capi-relay/storage";
import type { DutyTask } from "../duty.ts";
import { refusalsIn, runBulkOrders } from "./run-bulk-orders.ts";

export interface BulkRetryPorts {
  readonly orders: Pick<BulkRetryStore, "next" | "advance" | "finish">;
  /** The next events of an order, in its order, at most `limit`. */
  nextRetryable(order: BulkRetry, limit: number): Promise<BulkPosition[]>;
  readonly decisions: Pick<Decisions, "redrive">;
  readonly audit: Pick<AuditLog, "appendAll">;
  readonly now: () => Date;
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
}

/** An order just given begins within this time, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/** Looks for orders to retry many events, and carries them out. */
export function bulkRetries(ports: BulkRetryPorts): DutyTask {
  return { name: "bulk_retries", everyMs: LOOK_EVERY_MS, run: (goesOn) => runBulkRetries(ports, goesOn) };
}

/**
 * Carries out the orders to retry many events. A step done twice harms nothing, since an event that was retried has
 * left the ending that made it part of the order.
 */
export function runBulkRetries(ports: BulkRetryPorts, goesOn: () => Promise<boolean>): Promise<void> {
  return runBulkOrders({ ...ports, doNext: (order, limit) => retryNext(order, limit, ports) }, goesOn);
}

async function retryNext(order: BulkRetry, limit: number, ports: BulkRetryPorts): Promise<number> {
  const events = await ports.nextRetryable(order, limit);
  const position = events.at(-1);
  if (position === undefined) return 0;
  const evenIfArrived = !order.filter.sparesPossiblyArrived;
  const redriven = await Promise.all(events.map(({ id }) => ports.decisions.redrive(id, { evenIfArrived })));
  const requeued = events.filter((_, index) => redriven[index]?.kind === "requeued");
  await ports.audit.appendAll(requeued.map(({ id }) => auditEntry(id, order, ports.now())));
  await ports.orders.advance(order, { position, requeued: requeued.length, refused: refusalsIn(redriven) });
  return events.length;
}

function auditEntry(id: string, { id: orderId, startedBy }: BulkRetry, at: Date) {
  return { at, who: startedBy, action: "event_retried", subject: id, detail: orderId } as const;
}
