import type { BulkOrderRow } from "@capi-relay/storage";

type BulkOrder = Omit<BulkOrderRow, "_id"> & { readonly id: string };

export interface BulkOrderPorts<Order extends BulkOrder> {
  readonly orders: {
    next(): Promise<Order | null>;
    finish(id: string, state: "stopped" | "finished", now: Date): Promise<void>;
  };
  /** Does what is ordered with the next events, at most `limit`, and notes it; how many they were, 0 at the end. */
  readonly doNext: (order: Order, limit: number) => Promise<number>;
  readonly now: () => Date;
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
}

/** One step: few enough that stopping is felt at once and a crash leaves little unaudited. */
const EVENTS_PER_STEP = 25;

/**
 * Carries out orders about many events, one order after the other and one step after the other, at the order's pace.
 * After a crash it goes on where the row says.
 */
export async function runBulkOrders<Order extends BulkOrder>(
  ports: BulkOrderPorts<Order>,
  goesOn: () => Promise<boolean>,
): Promise<void> {
  const { orders } = ports;
  for (let order = await orders.next(); order !== null && (await goesOn()); order = await orders.next()) {
    await takeStep(order, ports);
  }
}

async function takeStep<Order extends BulkOrder>(
  order: Order,
  { orders, doNext, now, pause }: BulkOrderPorts<Order>,
): Promise<void> {
  if (order.state === "stopping") return orders.finish(order.id, "stopped", now());
  const startedAt = now().getTime();
  const count = await doNext(order, EVENTS_PER_STEP);
  if (count === 0) return orders.finish(order.id, "finished", now());
  const tookMs = now().getTime() - startedAt;
  await pause(Math.max(0, (count * 1_000) / order.perSecond - tookMs));
}

/** How many were refused, by the reason. */
export function refusalsIn(
  answers: readonly (
    | { readonly kind: "refused"; readonly because: string }
    | { readonly kind: "not_found" | "requeued" | "resolved" }
  )[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    if (answer.kind === "requeued" || answer.kind === "resolved") continue;
    const because = answer.kind === "refused" ? answer.because : answer.kind;
    counts[because] = (counts[because] ?? 0) + 1;
  }
  return counts;
}
