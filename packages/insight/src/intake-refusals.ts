import { type SpanKind, startOf, type TimeRange } from "./time-span.ts";

/** What did not get in, as counted at the door by hour. */
export interface RefusalCount {
  readonly accountId: string | null;
  readonly hour: Date;
  readonly code: string;
  readonly eventName: string | null;
  readonly count: number;
}

/** Where the counts come from. An absent `accountId` means all accounts, and reports that named none. */
export interface RefusalSource {
  between(query: { accountId?: string; from: Date; until: Date }): Promise<readonly RefusalCount[]>;
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
  const counts = await source.between({ ...(accountId === null ? {} : { accountId }), from, until });
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
