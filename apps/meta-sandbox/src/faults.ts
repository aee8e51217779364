/** Ways an answer can go wrong. Those named `record_…` accept and log the events first. */
export const FAULT_KINDS = [
  "error_500",
  "error_envelope",
  "throttle_80004",
  "throttle_429",
  "html_502",
  "counted_none",
  "counted_fewer",
  "hang",
  "drop_before_answer",
  "record_then_drop",
  "record_then_hang",
  "late_answer",
  "truncated_json",
  "empty_body",
  "redirect",
  "slow_drip",
  "code_1",
  "token_expired",
] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultOrder {
  readonly kind: FaultKind;
  /** Null: whichever dataset is called next. */
  readonly datasetId: string | null;
  /** How many requests it strikes; null until deleted, or until `forMs` has passed. */
  readonly times: number | null;
  readonly forMs: number | null;
  /** Waits so long before the answer; for `slow_drip`, between two bytes. */
  readonly delayMs: number;
  readonly status: number;
  readonly code: number;
  readonly subcode: number | null;
  readonly isTransient: boolean | null;
  readonly retryAfterS: number;
  /** Where `redirect` points. */
  readonly location: string;
  /** Accept and log the events before the fault strikes. */
  readonly afterRecording: boolean;
}

export interface Fault extends FaultOrder {
  readonly id: number;
  readonly timesLeft: number | null;
  readonly fired: number;
  readonly endsAt: Date | null;
}

const RECORDS_FIRST: ReadonlySet<FaultKind> = new Set([
  "record_then_drop",
  "record_then_hang",
  "counted_fewer",
  "late_answer",
]);

/** Such a fault strikes only requests whose events passed every check. */
export function recordsFirst({ kind, afterRecording }: FaultOrder): boolean {
  return afterRecording || RECORDS_FIRST.has(kind);
}

/** Faults in the order they were asked for; the oldest that fits a request strikes it. Times are real milliseconds. */
export class FaultQueue {
  #faults: Fault[] = [];
  #lastId = 0;

  add(order: FaultOrder, realNowMs: number): Fault {
    this.#lastId += 1;
    const endsAt = order.forMs === null ? null : new Date(realNowMs + order.forMs);
    const fault: Fault = { ...order, id: this.#lastId, timesLeft: order.times, fired: 0, endsAt };
    this.#faults.push(fault);
    return fault;
  }

  /** The fault that would strike a request to this dataset, without using it up. */
  next(datasetId: string, realNowMs: number): Fault | null {
    this.#dropOver(realNowMs);
    return this.#faults.find((fault) => fault.datasetId === null || fault.datasetId === datasetId) ?? null;
  }

  use(id: number): void {
    this.#faults = this.#faults
      .map((fault) =>
        fault.id === id
          ? { ...fault, fired: fault.fired + 1, timesLeft: fault.timesLeft === null ? null : fault.timesLeft - 1 }
          : fault,
      )
      .filter((fault) => fault.timesLeft !== 0);
  }

  list(realNowMs: number): readonly Fault[] {
    this.#dropOver(realNowMs);
    return this.#faults;
  }

  clear(): void {
    this.#faults = [];
  }

  #dropOver(realNowMs: number): void {
    this.#faults = this.#faults.filter(({ endsAt }) => endsAt === null || endsAt.getTime() > realNowMs);
  }
}
