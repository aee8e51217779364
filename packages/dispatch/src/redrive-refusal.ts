/**
 * Why an event cannot be sent again, cancelled, corrected or resolved, in the words shown to callers and operators
 * alike.
 */
export const REFUSAL_SENTENCES = {
  already_delivered: "Meta has counted this event already; sent again, it would be counted twice.",
  already_ended: "This event has ended, so there is nothing left to cancel.",
  cancelled: "This event was cancelled, and a cancelled event is not sent again.",
  goes_by_itself: "This event waits for a click or for its account, and goes out by itself as soon as it can.",
  may_have_arrived:
    "A try of this event may have arrived at Meta, so it can be neither cancelled nor corrected; sent again, it may be counted twice, and only who says that they accept that can do it.",
  not_correctable: "Only events that were rejected or have failed can be corrected.",
  outcome_is_known: "Only an event whose outcome is unknown can be resolved.",
  outcome_unknown:
    "This event may have arrived at Meta, so a retry does not send it again. Look in Events Manager, then resolve it as delivered, resend or abandon.",
  sample_data: "This event is sample data, and sample data is never sent.",
  under_way: "This event is on its way already. Look again in a minute.",
  window_passed: "Meta's limit of 7 days after the event time has passed; nothing can be sent for this event any more.",
} as const;

export type RedriveRefusal = keyof typeof REFUSAL_SENTENCES;
