import type { AtRiskQuery } from "@capi-relay/insight";
import type { DeadlinePosition, TimeLeft } from "@capi-relay/storage";
import { z } from "zod";

/** How long Meta still takes an event, in words. */
export const TIMES_LEFT: Readonly<Record<TimeLeft, string>> = {
  under_6h: "Less than 6 hours left",
  under_24h: "Less than a day left",
  under_3d: "Less than 3 days left",
  more: "More than 3 days left",
  passed: "Time has passed: a person decides",
};

const Left = z.enum(["under_6h", "under_24h", "under_3d", "more", "passed"] satisfies readonly TimeLeft[]);
const Query = z.object({ left: Left.optional(), account: z.string().optional(), after: z.string().optional() });

/** Null for an address that makes no sense: other events than were asked for must not pass for those. */
export function readAtRiskQuery(query: unknown): { what: AtRiskQuery; after: DeadlinePosition | null } | null {
  const read = Query.safeParse(query);
  if (!read.success) return null;
  const { left = null, account, after: place } = read.data;
  const after = place === undefined ? null : positionIn(place);
  if (place !== undefined && after === null) return null;
  return { what: { left, accountId: account ?? null }, after };
}

function positionIn(place: string): DeadlinePosition | null {
  const [, time, id] = /^([0-9]{1,15})\.([A-Za-z0-9_-]{1,64})$/.exec(place) ?? [];
  return time === undefined || id === undefined ? null : { expiresAt: new Date(Number(time)), id };
}

/** Where the events behind a part of the value at risk are listed. */
export function atRiskPath({ left, accountId }: AtRiskQuery, after: DeadlinePosition | null = null): string {
  const fields = new URLSearchParams({
    ...(left === null ? {} : { left }),
    ...(accountId === null ? {} : { account: accountId }),
    ...(after === null ? {} : { after: `${after.expiresAt.getTime()}.${after.id}` }),
  });
  return fields.size === 0 ? "/at-risk" : `/at-risk?${fields}`;
}
