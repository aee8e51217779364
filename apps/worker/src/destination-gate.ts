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

/** So many times as many events may leave together as the last clear answer was for. */
const GROWTH = 4;
/** A size that was answered unclearly is not tried again before. Milliseconds. */
const SIZE_FORGIVEN_AFTER_MS = 600_000;

/**
 * Decides how many requests, of how many events, may be on their way to one destination. After an unclear answer it
 * begins with one event and grows with clear answers, to half of what was answered unclearly: what fails for its size
 * alone must not put hundreds of events in doubt again and again.
 */
export class DestinationGate {
  readonly #limits: GateLimits;
  #mode: Mode = "unproven";
  /** Events that may share a request by what was answered since the last unclear answer. */
  #trusted: number;
  /** Events that may share a request by what was answered unclearly before. */
  #ceiling: number;
  #ceilingSince: Date | null = null;
  #provenAt: Date | null = null;
  #departures = 0;
  /** When each request that is not answered yet left, in milliseconds. */
  readonly #unanswered = new Set<{ readonly since: number }>();

  constructor(limits: GateLimits) {
    this.#limits = limits;
    this.#trusted = limits.maxEvents;
    this.#ceiling = limits.maxEvents;
  }

  get inFlight(): number {
    return this.#departures;
  }

  get isProbing(): boolean {
    return this.#mode === "probing";
  }

  /** Events the next request may carry; 0 while no request may leave. */
  get capacity(): number {
    const size = Math.min(this.#trusted, this.#ceiling);
    const hasGrown = this.#trusted >= this.#ceiling;
    const maxInFlight = this.#mode === "open" && hasGrown ? this.#limits.maxInFlight : 1;
    return this.inFlight >= maxInFlight ? 0 : size;
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
    if (since !== null && (this.#provenAt === null || this.#provenAt < since)) this.#beginAnew();
  }

  /**
   * Notes that `size` events depart: claim, request, record. What it returns is to be called once, when all that is
   * over.
   */
  departs(size: number): (clarity: Clarity, at: Date) => void {
    this.#departures += 1;
    return (clarity, at) => {
      this.#departures -= 1;
      if (clarity === "unclear") this.#doubt(size, at);
      if (clarity === "clear") this.#trust(size, at);
    };
  }

  #doubt(size: number, at: Date): void {
    this.#beginAnew();
    if (size === 1) return;
    this.#ceiling = Math.min(this.#ceiling, Math.floor(size / 2));
    this.#ceilingSince = at;
  }

  #trust(size: number, at: Date): void {
    const { maxEvents } = this.#limits;
    const forgiven =
      this.#ceilingSince !== null && at.getTime() - this.#ceilingSince.getTime() > SIZE_FORGIVEN_AFTER_MS;
    if (forgiven) [this.#ceiling, this.#ceilingSince] = [maxEvents, null];
    this.#mode = "open";
    this.#provenAt = at;
    this.#trusted = Math.min(maxEvents, Math.max(this.#trusted, size * GROWTH));
  }

  #beginAnew(): void {
    this.#mode = "probing";
    this.#trusted = 1;
  }
}
