import { Counter, Histogram, type Registry } from "prom-client";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From "at once" to Meta's limit of 7 days. Seconds. */
const WAITING_BUCKETS = [0.5, 1, 2, 5, 15, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY];

/** One try at getting one event to Meta. */
export interface AttemptFacts {
  readonly trigger: string;
  readonly delivered: boolean;
  readonly mayHaveArrived: boolean;
  /** When the conversion happened, when we took it in, and when Meta had answered. */
  readonly eventTime: Date;
  readonly acceptedAt: Date;
  readonly endedAt: Date;
}

/** What the worker does with events. */
export class DeliveryMetrics {
  readonly #turns: Counter<"outcome" | "reason">;
  readonly #attempts: Counter<"trigger" | "may_have_arrived">;
  readonly #sinceEvent: Histogram;
  readonly #sinceAccepted: Histogram;
  readonly #mended: Counter<"what">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#turns = new Counter({
      name: "capi_relay_deliveries_total",
      help: "What turns of events ended as: delivered, rejected, retry_scheduled, waiting_click and so on, with the reason.",
      labelNames: ["outcome", "reason"],
      registers,
    });
    this.#attempts = new Counter({
      name: "capi_relay_attempts_total",
      help: "Tries at getting one event to Meta, by what started them and whether the event may have arrived unconfirmed.",
      labelNames: ["trigger", "may_have_arrived"],
      registers,
    });
    this.#sinceEvent = new Histogram({
      name: "capi_relay_event_time_to_delivered_seconds",
      help: "Time from the conversion itself to its delivery. Meta takes none older than 7 days.",
      buckets: WAITING_BUCKETS,
      registers,
    });
    this.#sinceAccepted = new Histogram({
      name: "capi_relay_accepted_to_delivered_seconds",
      help: "Time from our 202 to the delivery: our own share of the delay, waiting for a click included.",
      buckets: WAITING_BUCKETS,
      registers,
    });
    this.#mended = new Counter({
      name: "capi_relay_sweeper_mended_total",
      help: "What the sweeper mended or ended, by kind of work.",
      labelNames: ["what"],
      registers,
    });
  }

  /** Both come from closed catalogues. */
  turnEnded(outcome: string, reason: string | null): void {
    this.#turns.inc({ outcome, reason: reason ?? "none" });
  }

  attempted({ trigger, delivered, mayHaveArrived, eventTime, acceptedAt, endedAt }: AttemptFacts): void {
    this.#attempts.inc({ trigger, may_have_arrived: String(mayHaveArrived) });
    if (!delivered) return;
    this.#sinceEvent.observe(secondsBetween(eventTime, endedAt));
    this.#sinceAccepted.observe(secondsBetween(acceptedAt, endedAt));
  }

  swept(counts: Readonly<Record<string, number>>): void {
    for (const [what, count] of Object.entries(counts)) if (count > 0) this.#mended.inc({ what }, count);
  }
}

/** Clocks of machines differ a little, and a time below zero is none. */
const secondsBetween = (from: Date, until: Date): number => Math.max(0, (until.getTime() - from.getTime()) / 1_000);
