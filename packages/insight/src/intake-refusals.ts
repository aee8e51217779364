import type { AccountRefusals, CodeRefusals, HourlyRefusals } from "@capi-relay/storage";
import { type SpanKind, startOf, type TimeRange } from "./time-span.ts";

/** Where the counts come from. An absent `accountId` means all accounts, and reports that named none. */
export interface RefusalSource {
  hourly(query: RefusalRange): Promise<readonly HourlyRefusals[]>;
  /** The accounts with most of them, codes `except` left out, and those in `last` counted only between equals. */
  byAccount(
    query: RefusalRange,
    codes: { readonly except: readonly string[]; readonly last: readonly string[] },
    limit: number,
  ): Promise<readonly AccountRefusals[]>;
}

interface RefusalRange {
  readonly accountId?: string;
  readonly from: Date;
  readonly until: Date;
}

/** Noted at the door as well, and nothing was lost by it. */
const NOT_LOST: readonly string[] = ["duplicate", "automatic_event_ignored"];
/** A matter of the destination whose name is switched off, and told of there. */
export const SWITCHED_OFF = "event_name_switched_off";
const ACCOUNTS = 4;

/** What the door refused of one account. */
export interface AccountIntake {
  /** Null stands for reports that named no known account. */
  readonly accountId: string | null;
  readonly count: number;
  /** By code, the most frequent first, without names that are switched off: what its order system has to mend. */
  readonly toMend: readonly CodeRefusals[];
}

export interface IntakeRefusals {
  /** By the start of the hour or day, in milliseconds. */
  readonly byStart: ReadonlyMap<number, number>;
  /** By code, the most frequent first. */
  readonly byCode: readonly CodeRefusals[];
  /** By the start of each hour of the last day, in milliseconds, without names that are switched off. */
  readonly toMendLately: ReadonlyMap<number, number>;
  /** Of the last day, the four accounts with most to mend. */
  readonly lately: readonly AccountIntake[];
}

/**
 * @param lastDay a part of the range. Whose it is, is told of it only: of a month of many accounts it would take long
 *   to add up.
 */
export async function readRefusals(
  source: RefusalSource,
  account: string | null,
  { from, until, kind }: TimeRange & { readonly kind: SpanKind },
  lastDay: TimeRange,
): Promise<IntakeRefusals> {
  const of = account === null ? {} : { accountId: account };
  const [counts, byAccount] = await Promise.all([
    source.hourly({ ...of, from, until }),
    source.byAccount(
      { ...of, from: lastDay.from, until: lastDay.until },
      { except: NOT_LOST, last: [SWITCHED_OFF] },
      ACCOUNTS,
    ),
  ]);
  const byStart = new Map<number, number>();
  const byCode = new Map<string, number>();
  const toMendLately = new Map<number, number>();
  for (const { hour, code, count } of counts) {
    if (NOT_LOST.includes(code)) continue;
    increase(byStart, startOf(kind, hour).getTime(), count);
    increase(byCode, code, count);
    if (code !== SWITCHED_OFF && hour >= lastDay.from && hour < lastDay.until)
      increase(toMendLately, hour.getTime(), count);
  }
  return {
    byStart,
    byCode: mostFirst([...byCode].map(([code, count]) => ({ code, count }))),
    toMendLately,
    lately: byAccount.map(intakeOf),
  };
}

function intakeOf({ accountId, byCode }: AccountRefusals): AccountIntake {
  return {
    accountId,
    count: byCode.reduce((sum, { count }) => sum + count, 0),
    toMend: mostFirst(byCode.filter(({ code }) => code !== SWITCHED_OFF)),
  };
}

function increase<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function mostFirst<Counted extends { readonly count: number }>(counted: readonly Counted[]): Counted[] {
  return counted.toSorted((one, other) => other.count - one.count);
}
