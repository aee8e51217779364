import type { AccountRefusals, HourlyRefusals } from "@capi-relay/storage";
import { DAY_MS, type SpanKind, startOf, type TimeRange } from "./time-span.ts";

/** Where the counts come from. An absent `accountId` means all accounts, and reports that named none. */
export interface RefusalSource {
  hourly(query: RefusalRange): Promise<readonly HourlyRefusals[]>;
  /** The accounts with most of them, codes that mean no loss left out. */
  byAccount(query: RefusalRange, exceptCodes: readonly string[], limit: number): Promise<readonly AccountRefusals[]>;
}

interface RefusalRange {
  readonly accountId?: string;
  readonly from: Date;
  readonly until: Date;
}

/** Noted at the door as well, and nothing was lost by it. */
const NOT_LOST: readonly string[] = ["duplicate", "automatic_event_ignored"];
/** Of whom most is refused is told for the last day only: of a month of many accounts it would take long to add up. */
const LATELY_MS = DAY_MS;
const ACCOUNTS = 4;

export interface IntakeRefusals {
  /** By the start of the hour or day, in milliseconds. */
  readonly byStart: ReadonlyMap<number, number>;
  /** By code, the most frequent first. */
  readonly byCode: readonly { readonly code: string; readonly count: number }[];
  /** Of the range's last 24 hours, the four accounts with most of them; null stands for reports that named no known one. */
  readonly byAccount: readonly AccountRefusals[];
}

export async function readRefusals(
  source: RefusalSource,
  account: string | null,
  { from, until, kind }: TimeRange & { readonly kind: SpanKind },
): Promise<IntakeRefusals> {
  const of = account === null ? {} : { accountId: account };
  const lately = new Date(Math.max(from.getTime(), until.getTime() - LATELY_MS));
  const [counts, byAccount] = await Promise.all([
    source.hourly({ ...of, from, until }),
    source.byAccount({ ...of, from: lately, until }, NOT_LOST, ACCOUNTS),
  ]);
  const byStart = new Map<number, number>();
  const byCode = new Map<string, number>();
  for (const { hour, code, count } of counts) {
    if (NOT_LOST.includes(code)) continue;
    const start = startOf(kind, hour).getTime();
    byStart.set(start, (byStart.get(start) ?? 0) + count);
    byCode.set(code, (byCode.get(code) ?? 0) + count);
  }
  return {
    byStart,
    byCode: mostFirst([...byCode].map(([code, count]) => ({ code, count }))),
    byAccount,
  };
}

function mostFirst<Counted extends { readonly count: number }>(counted: readonly Counted[]): Counted[] {
  return counted.toSorted((one, other) => other.count - one.count);
}
