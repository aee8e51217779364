import { Counter, Histogram, type Registry } from "prom-client";
import { BoundedLabel } from "./bounded-label.ts";

/** One request to Meta and what came of it. */
export interface GraphRequestFacts {
  readonly call: "events" | "dataset";
  /** The HTTP status, or why there is none: the request did not leave, or no whole answer came. */
  readonly status: number | "not_sent" | "unclear";
  /** Meta's error code; null when it named none. */
  readonly code: number | null;
  readonly durationMs: number;
}

/** How Meta answers us. */
export class GraphMetrics {
  readonly #duration: Histogram<"call">;
  readonly #requests: Counter<"call" | "status" | "code">;
  readonly #codes = new BoundedLabel();
  readonly #statuses = new BoundedLabel(40);

  constructor(registry: Registry) {
    const registers = [registry];
    this.#duration = new Histogram({
      name: "capi_relay_graph_request_duration_seconds",
      help: "Time one request to Meta took, from asking for a connection to the end of the answer.",
      labelNames: ["call"],
      buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30],
      registers,
    });
    this.#requests = new Counter({
      name: "capi_relay_graph_requests_total",
      help: "Requests to Meta by HTTP status (or not_sent, unclear) and Meta's error code.",
      labelNames: ["call", "status", "code"],
      registers,
    });
  }

  requested({ call, status, code, durationMs }: GraphRequestFacts): void {
    this.#duration.observe({ call }, durationMs / 1_000);
    this.#requests.inc({ call, status: this.#statuses.of(status), code: this.#codes.of(code) });
  }
}
