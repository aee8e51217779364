import type { Decisions, Redriven } from "@capi-relay/dispatch";
import type { AuditLog, BulkRetry, BulkRetryPosition, BulkRetryStore } from "@capi-relay/storage";
import type { DutyTask } from "../duty.ts";

export interface BulkRetryPorts {
  readonly orders: Pick<BulkRetryStore, "next" | "advance" | "finish">;
  /** The next events of an order, in its order, at most `limit`. */
  nextRetryable(order: BulkRetry, limit: number): Promise<BulkRetryPosition[]>;
  readonly decisions: Pick<Decisions, "redrive">;
  readonly audit: Pick<AuditLog, "appendAll">;
  readonly now: () => Date;
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
}

/** One step: few enough that stopping is felt at once and a crash leaves little unaudited. */
const EVENTS_PER_STEP = 25;
/** An order just given begins within this time, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/** Looks for orders to retry many events, and carries them out. */
export function bulkRetries(ports: BulkRetryPorts): DutyTask {
  return { name: "bulk_retries", everyMs: LOOK_EVERY_MS, run: (goesOn) => runBulkRetries(ports, goesOn) };
}

/**
 * Carries out the orders to retry many events, one order after the other and one step after the other, at the order's
 * pace. After a crash it goes on where the row says; a step done twice harms nothing, since an event that was retried
 * has left the ending that made it part of the order.
 */
export async function runBulkRetries(ports: BulkRetryPorts, goesOn: () => Promise<boolean>): Promise<void> {
  for (let order = await ports.orders.next(); order !== null && (await goesOn()); order = await ports.orders.next()) {
    await takeStep(order, ports);
  }
}

async function takeStep(order: BulkRetry, ports: BulkRetryPorts): Promise<void> {
  if (order.state === "stopping") return ports.orders.finish(order.id, "stopped", ports.now());
  const startedAt = ports.now().getTime();
  const events = await ports.nextRetryable(order, EVENTS_PER_STEP);
  const position = events.at(-1);
  if (position === undefined) return ports.orders.finish(order.id, "finished", ports.now());
  const evenIfArrived = !order.filter.sparesPossiblyArrived;
  const redriven = await Promise.all(events.map(({ id }) => ports.decisions.redrive(id, { evenIfArrived })));
  const requeued = events.filter((_, index) => redriven[index]?.kind === "requeued");
  await ports.audit.appendAll(requeued.map(({ id }) => auditEntry(id, order, ports.now())));
  await ports.orders.advance(order, { position, requeued: requeued.length, refused: refusalsIn(redriven) });
  const tookMs = ports.now().getTime() - startedAt;
  await ports.pause(Math.max(0, (events.length * 1_000) / order.perSecond - tookMs));
}

function auditEntry(id: string, { id: orderId, startedBy }: BulkRetry, at: Date) {
  return { at, who: startedBy, action: "event_retried", subject: id, detail: orderId } as const;
}

function refusalsIn(redriven: readonly Redriven[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of redriven) {
    if (one.kind === "requeued") continue;
    const because = one.kind === "refused" ? one.because : one.kind;
    counts[because] = (counts[because] ?? 0) + 1;
  }
  return counts;
}
