/** How freely requests may leave for one destination. */
type Mode =
  /** Nothing is known of it yet: one request, and the next ones once it has answered clearly. */
  | "unproven"
  /** Its last answer was clear. */
  | "open"
  /** Its last answer was unclear, so whatever leaves may be counted unseen: one request of one event at a time. */
  | "probing";

/** What one departure told about the destination; `nothing` when no request was answered or cut short. */
export type Clarity = "clear" | "unclear" | "nothing";

export interface GateLimits {
  /** Events in one request. */
  readonly maxEvents: number;
  /** Requests on their way to one destination at a time. */
  readonly maxInFlight: number;
}

/** Meta answers within a second as a rule; where a request hangs longer, everybody behind it is held up. */
const SLUGGISH_AFTER_MS = 1_000;

/** Decides how many requests, of how many events, may be on their way to one destination. */
export class DestinationGate {
  readonly #limits: GateLimits;
  #mode: Mode = "unproven";
  #provenAt: Date | null = null;
  #departures = 0;
  /** When each request that is not answered yet left, in milliseconds. */
  readonly #unanswered = new Set<{ readonly since: number }>();

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  get inFlight(): number {
    return this.#departures;
  }

  get isProbing(): boolean {
    return this.#mode === "probing";
  }

  /** Events the next request may carry; 0 while no request may leave. */
  get capacity(): number {
    const maxInFlight = this.#mode === "open" ? this.#limits.maxInFlight : 1;
    if (this.inFlight >= maxInFlight) return 0;
    return this.isProbing ? 1 : this.#limits.maxEvents;
  }

  /**
   * True while a request has been hanging for over a second: the request itself. A claim or a record that takes its
   * time is no fault of the destination, and its events would be no better off elsewhere.
   */
  isSluggish(now: number): boolean {
    for (const { since } of this.#unanswered) if (now - since > SLUGGISH_AFTER_MS) return true;
    return false;
  }

  /** Notes that a request leaves; what is returned is to be called when it has been answered or given up. */
  requestLeaves(now: number): () => void {
    const request = { since: now };
    this.#unanswered.add(request);
    return () => void this.#unanswered.delete(request);
  }

  /** Another process met an unclear answer at `since`; what this one has learnt later than that counts more. */
  heardUnclear(since: Date | null): void {
    if (since !== null && (this.#provenAt === null || this.#provenAt < since)) this.#mode = "probing";
  }

  /** Notes that events depart: claim, request, record. What it returns is to be called once, when all that is over. */
  departs(): (clarity: Clarity, at: Date) => void {
    this.#departures += 1;
    return (clarity, at) => {
      this.#departures -= 1;
      if (clarity === "unclear") this.#mode = "probing";
      if (clarity !== "clear") return;
      this.#mode = "open";
      this.#provenAt = at;
    };
  }
}
