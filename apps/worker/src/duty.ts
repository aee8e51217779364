import type { LeaseStore } from "@capi-relay/storage";

/** What is done again and again; who does it, and under which lease, is the duty's. */
export interface DutyTask {
  /** Its lease's name: one process at a time has the duty. */
  readonly name: string;
  /** Pause between two turns, in milliseconds. */
  readonly everyMs: number;
  /** One turn. `goesOn` renews the lease and says whether to go on; a long turn asks it now and then. */
  run(goesOn: () => Promise<boolean>): Promise<void>;
}

export interface DutyOptions extends DutyTask {
  readonly leases: Pick<LeaseStore, "take" | "release">;
  /** This process's name among the workers. */
  readonly holder: string;
  onError(error: unknown, duty: string): void;
}

/** A duty pauses at least so many times as long as a turn took: it takes the database a twentieth of its time. */
const REST_FACTOR = 20;
const LEASE_MS = 60_000;

/** Something one of the workers does again and again, beside deliveries and never at their cost. */
export class Duty {
  readonly #options: DutyOptions;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: DutyOptions) {
    this.#options = options;
  }

  start(): void {
    this.#later(this.#options.everyMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#turn;
    const { leases, name, holder } = this.#options;
    await leases.release(name, holder).catch(() => undefined);
  }

  /** One turn, if this process has the duty. */
  async turn(): Promise<void> {
    const { name, leases, holder, run, onError } = this.#options;
    const goesOn = async () => !this.#closed && (await leases.take(name, holder, LEASE_MS));
    try {
      if (await goesOn()) await run(goesOn);
    } catch (error) {
      onError(error, name);
    }
  }

  #later(afterMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      const startedAt = performance.now();
      this.#turn = this.turn().finally(() => {
        this.#later(Math.max(this.#options.everyMs, (performance.now() - startedAt) * REST_FACTOR));
      });
    }, afterMs);
  }
}
