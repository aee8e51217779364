import type { SeededRandom } from "@capi-relay/sample-history";
import type { EventRow } from "@capi-relay/storage";
import type { KeyRing } from "@capi-relay/vault";
import { BUSY_SHOPS } from "./busy-shops.ts";
import { DAY_MS, HOUR_MS } from "./making.ts";

/** A name that hardly anybody uses. */
export const RARE_NAME = "RatingProvided";

/** An outage of four hours ended just now; and yesterday's bulk retry has not come far. */
const OUTAGE_MS = 4 * HOUR_MS;
const REQUEUED_PART = 0.5;

/** A sample row as a real one, and some of them on their way: due in a while, so that no worker takes them. */
export function eventInEarnest(
  { sample: _sample, ...row }: EventRow,
  now: Date,
  random: SeededRandom,
  sealedOf: (accountId: string) => string,
): EventRow {
  const real: EventRow = {
    ...row,
    sandbox: false,
    eventName: random.chance(0.000_05) ? RARE_NAME : row.eventName,
    personal: sealedOf(row.accountId),
  };
  const ageMs = now.getTime() - row.acceptedAt.getTime();
  const underway = { endedAt: null, dueAt: new Date(now.getTime() + 12 * HOUR_MS), retained: true };
  if (ageMs < OUTAGE_MS && row.status === "delivered")
    return { ...real, ...underway, status: "retry_scheduled", reason: "meta_unavailable" };
  const isRetryable = row.status === "skipped" || row.status === "rejected" || row.status === "failed";
  if (isRetryable && ageMs < 6 * DAY_MS && random.chance(REQUEUED_PART))
    return { ...real, ...underway, status: "queued", reason: null, generation: 1, nextTrigger: "manual" };
  return real;
}

/**
 * Three hashes sealed together, the same for all customers of a shop: sealing a million would take longer than all
 * else.
 */
export function sealer(vault: KeyRing): (accountId: string) => string {
  const hash = "0".repeat(64);
  const sealed = new Map(
    BUSY_SHOPS.map(({ id }) => [id, vault.seal(JSON.stringify({ em: hash, ph: hash, externalId: hash }), id)]),
  );
  return (accountId) => sealed.get(accountId) ?? "";
}
