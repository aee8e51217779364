import type { Account } from "@capi-relay/storage";

/**
 * True while events of an account leave one at a time at best: its last answer was unclear and has to be tried out, or
 * requests for it hang. The workers note both on the account.
 */
export function standsStill({ unclearSince, sluggishUntil }: Account, now: Date): boolean {
  return unclearSince !== null || (sluggishUntil !== null && sluggishUntil > now);
}
