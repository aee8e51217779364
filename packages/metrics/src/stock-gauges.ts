import { Gauge, type Registry } from "prom-client";

/** How many there are now, by the value of a label. */
type Counts = Readonly<Record<string, number>>;

/** What is looked up in the stores while somebody scrapes. Each may reject: its gauge then shows nothing. */
export interface StockPorts {
  /** Jobs by lane and state. */
  readonly queueJobs: () => Promise<Readonly<Record<string, Counts>>>;
  /** Unfinished events by status. */
  readonly ledgerEvents: () => Promise<Counts>;
  /** Open alerts by kind. */
  readonly alertsOpen: () => Promise<Counts>;
  /** Told of a look-up that failed. */
  readonly onTrouble: (error: unknown) => void;
  /** Milliseconds, for telling how old a look-up is. */
  readonly nowMs: () => number;
}

/** However often, and by however many, the metrics are scraped. */
const LOOK_AT_MOST_EVERY_MS = 15_000;
/** A scrape waits this long for a store, then goes without. Prometheus itself gives up after 10 s. */
const PATIENCE_MS = 4_000;

/**
 * Gauges of what lies in Redis and MongoDB. Every process would tell the same, so take the `max` over them, not the
 * sum.
 */
export function addStockGauges(registry: Registry, ports: StockPorts): void {
  const registers = [registry];
  gauge(
    "capi_relay_queue_jobs",
    "Jobs in Redis by lane and state.",
    ["lane", "state"],
    ports.queueJobs,
    (gauge, lanes) => {
      for (const [lane, states] of Object.entries(lanes))
        for (const [state, count] of Object.entries(states)) gauge.set({ lane, state }, count);
    },
  );
  gauge(
    "capi_relay_ledger_events",
    "Unfinished events in the ledger by status, counted up to 100,000 each.",
    ["status"],
    ports.ledgerEvents,
    (gauge, counts) => setAll(gauge, "status", counts),
  );
  gauge("capi_relay_alerts_open", "Open alerts by kind.", ["kind"], ports.alertsOpen, (gauge, counts) =>
    setAll(gauge, "kind", counts),
  );

  function gauge<Found>(
    name: string,
    help: string,
    labelNames: string[],
    find: () => Promise<Found>,
    show: (gauge: Gauge, found: Found) => void,
  ): void {
    const look = nowAndThen(find, ports);
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        const found = await look();
        this.reset();
        if (found !== null) show(this, found);
      },
    });
  }
}

function setAll(gauge: Gauge, label: string, counts: Counts): void {
  for (const [value, count] of Object.entries(counts)) gauge.set({ [label]: value }, count);
}

/** The last finding while it is fresh; null when the store does not answer: a gap says more than an old number. */
function nowAndThen<Found>(
  find: () => Promise<Found>,
  { onTrouble, nowMs }: Pick<StockPorts, "onTrouble" | "nowMs">,
): () => Promise<Found | null> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let finding: Promise<Found | null> = Promise.resolve(null);
  return () => {
    if (nowMs() - lookedAt >= LOOK_AT_MOST_EVERY_MS) {
      lookedAt = nowMs();
      finding = find().catch((error: unknown) => {
        onTrouble(error);
        return null;
      });
    }
    return orNullAfter(finding, PATIENCE_MS);
  };
}

async function orNullAfter<Found>(finding: Promise<Found | null>, patienceMs: number): Promise<Found | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), patienceMs);
  try {
    return await Promise.race([finding, late]);
  } finally {
    clearTimeout(timer);
  }
}
