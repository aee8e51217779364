import { Counter, type Registry } from "prom-client";

/** What came in at the API's door. Labels hold names from closed lists only: never an id, never a caller's words. */
export class IntakeMetrics {
  readonly #accepted: Counter<"event_name">;
  readonly #duplicates: Counter;
  readonly #refused: Counter<"code">;
  readonly #automatic: Counter<"outcome">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#accepted = new Counter({
      name: "capi_relay_events_accepted_total",
      help: "Conversions stored for the first time, by the name Meta gets.",
      labelNames: ["event_name"],
      registers,
    });
    this.#duplicates = new Counter({
      name: "capi_relay_events_duplicate_total",
      help: "Repeats of a conversion that was stored before. Nothing is lost with them.",
      registers,
    });
    this.#refused = new Counter({
      name: "capi_relay_events_refused_total",
      help: "Conversions that did not get in, by the error code their sender was told.",
      labelNames: ["code"],
      registers,
    });
    this.#automatic = new Counter({
      name: "capi_relay_automatic_events_total",
      help: "Leads and purchases that Meta itself detected: forwarded, duplicate, refused, ignored or of an unknown_waba.",
      labelNames: ["outcome"],
      registers,
    });
  }

  accepted(eventName: string): void {
    this.#accepted.inc({ event_name: eventName });
  }

  duplicate(): void {
    this.#duplicates.inc();
  }

  refused(code: string): void {
    this.#refused.inc({ code });
  }

  automatic(outcome: "forwarded" | "duplicate" | "refused" | "ignored" | "unknown_waba"): void {
    this.#automatic.inc({ outcome });
  }
}
