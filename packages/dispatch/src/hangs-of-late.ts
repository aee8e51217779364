import type { Account } from "@capi-relay/storage";

/**
 * True while an account's events would wait long in a lane that others use: requests for it hang, or its last answer was unclear
 * and one event at a time tries it out. The workers note both on the account.
 */
export function hangsOfLate({ unclearSince, sluggishUntil }: Account, now: Date): boolean {
  return unclearSince !== null || (sluggishUntil !== null && sluggishUntil > now);
}
