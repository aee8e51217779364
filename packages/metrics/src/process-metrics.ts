import { collectDefaultMetrics, Registry } from "prom-client";

/**
 * Where the metrics of one process gather; begins with those of the process itself (CPU, memory, event loop, handles).
 */
export function openRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
