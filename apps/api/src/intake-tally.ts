import { DOCUMENTED_EVENT_NAMES, REFUSED_EVENT_NAMES } from "@capi-relay/contract";
import type { IntakeMetrics } from "@capi-relay/metrics";
import type { AccountStore, RefusalCount, RefusalStore } from "@capi-relay/storage";
import type { ProblemCode } from "./problems.ts";

/** What kept a report from becoming a new event. */
type NotTaken = ProblemCode | "duplicate" | "automatic_event_ignored";

/** What became of one of Meta's own guesses. */
export type AutomaticFate = Parameters<IntakeMetrics["automatic"]>[0];

/** Who watches the door: told of everything that came, in passing. */
export interface IntakeWatch {
  accepted(eventName: string): void;
  duplicate(accountId: string, eventName: string): void;
  /**
   * @param report What was sent, as it was sent: undefined if it could not be read. Of it only known words are kept.
   */
  refused(code: ProblemCode, report: unknown): void;
  automatic(fate: AutomaticFate, accountId: string | null, eventName: string): void;
}

export interface IntakeTallyOptions {
  readonly metrics: Pick<IntakeMetrics, "accepted" | "duplicate" | "refused" | "automatic">;
  readonly refusals: Pick<RefusalStore, "add">;
  readonly accounts: Pick<AccountStore, "existing">;
  readonly flushEveryMs: number;
  /** Told when the counts could not be stored; they are kept for the next time. */
  readonly onTrouble: (error: unknown) => void;
  readonly now: () => Date;
}

/** Different accounts, names and codes of one interval; whoever invents more account ids is counted under none. */
const MAX_KINDS = 5_000;
const HOUR_MS = 3_600_000;
const KNOWN_NAMES = new Set<string>([...DOCUMENTED_EVENT_NAMES, ...Object.keys(REFUSED_EVENT_NAMES)]);

/**
 * Counts what did not get in, by account, hour and code, so that its owner sees it. Telling costs a few steps in
 * memory; the counts go to the database every few seconds and at the end. They are statistics: a process that is killed
 * forgets what it had not stored, and a write that fails unseen may count twice.
 */
export class IntakeTally implements IntakeWatch {
  readonly #options: IntakeTallyOptions;
  readonly #timer: NodeJS.Timeout;
  #counted = new Map<string, RefusalCount>();
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: IntakeTallyOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.flush(), options.flushEveryMs).unref();
  }

  accepted(eventName: string): void {
    this.#options.metrics.accepted(eventName);
  }

  duplicate(accountId: string, eventName: string): void {
    this.#options.metrics.duplicate();
    this.#count("duplicate", accountId, eventName);
  }

  refused(code: ProblemCode, report: unknown): void {
    this.#options.metrics.refused(code);
    this.#count(code, wordOf(report, "accountId"), wordOf(report, "eventName"));
  }

  automatic(fate: AutomaticFate, accountId: string | null, eventName: string): void {
    this.#options.metrics.automatic(fate);
    if (fate === "ignored") this.#count("automatic_event_ignored", accountId, eventName);
  }

  /** Stores what was counted so far. Never rejects. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#store());
    await this.#flushing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #count(code: NotTaken, account: string | null, name: string | null): void {
    const accountId = account !== null && /^[A-Za-z0-9_-]{1,64}$/.test(account) ? account : null;
    const eventName = name !== null && KNOWN_NAMES.has(name) ? name : null;
    const now = this.#options.now().getTime();
    this.#add({ accountId, hour: new Date(now - (now % HOUR_MS)), code, eventName, count: 1 });
  }

  #add(one: RefusalCount): void {
    const key = keyOf(one);
    const known = this.#counted.get(key);
    if (known === undefined && this.#counted.size >= MAX_KINDS && one.accountId !== null) {
      this.#add({ ...one, accountId: null });
      return;
    }
    this.#counted.set(key, { ...one, count: one.count + (known?.count ?? 0) });
  }

  async #store(): Promise<void> {
    const counts = [...this.#counted.values()];
    if (counts.length === 0) return;
    this.#counted = new Map();
    const { accounts, refusals, onTrouble } = this.#options;
    try {
      const named = new Set(counts.flatMap(({ accountId }) => (accountId === null ? [] : [accountId])));
      const existing = named.size === 0 ? named : await accounts.existing([...named]);
      await refusals.add(underKnownAccounts(counts, existing));
    } catch (error) {
      for (const one of counts) this.#add(one);
      onTrouble(error);
    }
  }
}

/** Whatever named an account that does not exist is counted together, under no account. */
function underKnownAccounts(counts: readonly RefusalCount[], existing: ReadonlySet<string>): RefusalCount[] {
  const merged = new Map<string, RefusalCount>();
  for (const given of counts) {
    const one = given.accountId === null || existing.has(given.accountId) ? given : { ...given, accountId: null };
    const key = keyOf(one);
    merged.set(key, { ...one, count: one.count + (merged.get(key)?.count ?? 0) });
  }
  return [...merged.values()];
}

const keyOf = ({ accountId, hour, code, eventName }: RefusalCount): string =>
  `${accountId ?? ""}:${hour.getTime()}:${code}:${eventName ?? ""}`;

/** A text that a report holds, whatever else it is. */
export function wordOf(report: unknown, field: "accountId" | "eventName"): string | null {
  if (typeof report !== "object" || report === null || !Object.hasOwn(report, field)) return null;
  const value = (report as Record<string, unknown>)[field];
  return typeof value === "string" ? value : null;
}
