import type { Variation } from "./measure-variation.ts";

/** Everything that growth is measured by, in the order of its lines. */
export const VARIATIONS: readonly Variation[] = [
  ...["500", "1000", "2000", "4000"].map((one) => ({
    what: `WORKER_CONCURRENCY=${one}`,
    env: { WORKER_CONCURRENCY: one },
  })),
  ...["50", "100", "250", "500"].map((one) => ({
    what: `META_BATCH_MAX_EVENTS=${one}`,
    env: { META_BATCH_MAX_EVENTS: one },
  })),
  ...[1, 2, 4].map((workers) => ({ what: `${workers} workers`, workers })),
  ...[1, 100].map((accounts) => ({ what: `${accounts} accounts`, accounts })),
  // One event of each: only the first drain, which takes minutes, also opens what the worker knows of them.
  { what: "10000 accounts", accounts: 10_000, rounds: 0 },
];
