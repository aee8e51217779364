import { type ConversionCheck, DOCUMENTED_EVENT_NAMES, REFUSED_EVENT_NAMES } from "@capi-relay/contract";
import { judgeEventName } from "@capi-relay/domain";
import type { Account } from "@capi-relay/storage";

/** What an account makes of an event name. A name nobody knows is not repeated: it may be anything. */
export function eventNameView(name: string, account: Account | null): ConversionCheck["eventName"] {
  const judged = account === null ? null : judgeEventName(name, account);
  const sentAs = judged?.ok ? judged.eventName : null;
  const known = [...DOCUMENTED_EVENT_NAMES, ...Object.keys(REFUSED_EVENT_NAMES), ...namesOf(account)];
  return {
    given: known.includes(name) ? name : null,
    sentAs,
    allowed: sentAs !== null,
    switchedOff: sentAs !== null && (account?.switchedOffEventNames.includes(sentAs) ?? false),
  };
}

function namesOf(account: Account | null): string[] {
  return account === null ? [] : Object.keys(account.eventNameAliases);
}
