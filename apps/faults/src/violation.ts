/** What is always true, by the names of the test docs. */
export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9" | "I10" | "I11";

export interface Violation {
  readonly invariant: Invariant;
  /**
   * The ledger's id of the event, or the caller's where the ledger has none; null when no single event is concerned.
   */
  readonly event: string | null;
  readonly what: string;
}

/** One line a violation, at most thirty. */
export function describeViolations(violations: readonly Violation[]): string {
  const lines = violations.slice(0, 30).map(({ invariant, event, what }) => `${invariant} ${event ?? "-"}: ${what}`);
  if (violations.length > lines.length) lines.push(`… and ${violations.length - lines.length} more`);
  return lines.join("\n");
}
