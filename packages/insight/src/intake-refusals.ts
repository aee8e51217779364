import type { HourlyRefusals } from "@capi-relay/storage";
import { type SpanKind, startOf, type TimeRange } from "./time-span.ts";

/** Where the counts come from. An absent `accountId` means all accounts, and reports that named none. */
export interface RefusalSource {
  hourly(query: { accountId?: string; from: Date; until: Date }): Promise<readonly HourlyRefusals[]>;
}

/** Noted at the door as well, and nothing was lost by it. */
const NOT_LOST: readonly string[] = ["duplicate", "automatic_event_ignored"];

export interface IntakeRefusals {
  /** By the start of the hour or day, in milliseconds. */
  readonly byStart: ReadonlyMap<number, number>;
  /** By code, the most frequent first. */
  readonly byCode: readonly { readonly code: string; readonly count: number }[];
}

export async function readRefusals(
  source: RefusalSource,
  accountId: string | null,
  { from, until, kind }: TimeRange & { readonly kind: SpanKind },
): Promise<IntakeRefusals> {
  const counts = await source.hourly({ ...(accountId === null ? {} : { accountId }), from, until });
  const byStart = new Map<number, number>();
  const byCode = new Map<string, number>();
  for (const { hour, code, count } of counts) {
    if (NOT_LOST.includes(code)) continue;
    const start = startOf(kind, hour).getTime();
    byStart.set(start, (byStart.get(start) ?? 0) + count);
    byCode.set(code, (byCode.get(code) ?? 0) + count);
  }
  const ranked = [...byCode].map(([code, count]) => ({ code, count })).sort((one, other) => other.count - one.count);
  return { byStart, byCode: ranked };
}
