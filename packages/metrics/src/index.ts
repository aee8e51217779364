export { DeliveryMetrics } from "./delivery-metrics.ts";
export { GraphMetrics } from "./graph-metrics.ts";
export { HttpMetrics } from "./http-metrics.ts";
export { IntakeMetrics } from "./intake-metrics.ts";
export { openMetricsDoor } from "./open-metrics-door.ts";
export { openRegistry } from "./process-metrics.ts";
export { addStockGauges } from "./stock-gauges.ts";
