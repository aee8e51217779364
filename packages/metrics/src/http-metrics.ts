import { Histogram, type Registry } from "prom-client";

/** One answered request. */
export interface AnsweredRequest {
  /** As routes are registered (`/v1/accounts/:id`): an address would hold ids. Null when there is no such route. */
  readonly route: string | null;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
}

/** How long callers waited for an answer. */
export class HttpMetrics {
  readonly #duration: Histogram<"route" | "method" | "status">;

  constructor(registry: Registry) {
    this.#duration = new Histogram({
      name: "capi_relay_http_request_duration_seconds",
      help: "Time from a request's first byte to the end of its answer, by route pattern.",
      labelNames: ["route", "method", "status"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    });
  }

  answered({ route, method, status, durationMs }: AnsweredRequest): void {
    this.#duration.observe({ route: route ?? "none", method, status }, durationMs / 1_000);
  }
}
