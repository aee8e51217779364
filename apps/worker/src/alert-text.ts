import { EventReason, explainReason } from "@capi-relay/contract";
import type { AlertCause } from "@capi-relay/storage";

/**
 * What an alert says to a person at 3 am who sees nothing but this text: whom it is about, what is wrong, what to do.
 */
export function alertText({ kind, accountId, detail }: AlertCause): string {
  switch (kind) {
    case "account_paused":
      return `Account ${accountId} is paused, and its events are held. ${explain(detail)}`;
    case "event_name_switched_off":
      return `Meta does not take ${detail} on the dataset of account ${accountId}, so the name is switched off there. Switch it on again once Meta takes it.`;
    case "meta_counted_none":
      return `Meta answers 200 to account ${accountId} but counts none of its events. Check that the dataset is the one linked to its WABA.`;
    case "event_quarantined":
      return `Workers died five times in a row during event ${detail} of account ${accountId}, so it is set aside. Report it, then retry it.`;
    case "outcome_unknown":
      return `Nobody knows whether Meta has some events of account ${accountId}. Look in Events Manager, then decide in the console, about one or many.`;
  }
}

/** What the same person is told once the cause is gone. */
export function allClearText({ kind, accountId, detail }: AlertCause): string {
  switch (kind) {
    case "account_paused":
      return `Account ${accountId} is no longer paused.`;
    case "event_name_switched_off":
      return `${detail} is no longer switched off for account ${accountId}.`;
    case "meta_counted_none":
      return `For an hour, no answer of Meta to account ${accountId} has counted none of its events.`;
    case "event_quarantined":
      return `The alert about event ${detail} of account ${accountId} is an hour old and closed.`;
    case "outcome_unknown":
      return `No event of account ${accountId} is in doubt any more.`;
  }
}

function explain(detail: string): string {
  const reason = EventReason.safeParse(detail);
  return reason.success ? explainReason(reason.data) : `The reason is ${detail}.`;
}
