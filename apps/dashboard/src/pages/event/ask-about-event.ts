import { correctionRefusal } from "@capi-relay/dispatch";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { eventPath } from "../../event-path.ts";
import { confirmPage, refusalPage } from "../../frame/confirm-page.ts";
import type { Html } from "../../html.ts";
import { type asTyped, correctionFields } from "./correction-fields.ts";
import { resolutionField } from "./resolutions.ts";

/** What somebody wanted to do with an event that does not let it. */
export function refuseAction(event: LedgerEvent, because: string): Html {
  return refusalPage({ title: "This cannot be done", because, back: eventPath(event.id) });
}

/** Sending an event again: what happens, and what could go wrong with it. */
export function askRetry(
  event: LedgerEvent,
  account: Account | null,
  typed: ReturnType<typeof asTyped>,
  problem: string | null,
): Html {
  const back = eventPath(event.id);
  const mayCorrect = account !== null && correctionRefusal(event) === null;
  return confirmPage({
    title: "Send this event again?",
    consequences: [
      `The ${event.eventName} ${event.eventId} goes to Meta again, at once, with the same event time as before.`,
      ...(mayCorrect ? ["Meta has refused it, so it can be corrected first; what you leave as it is stays so."] : []),
    ],
    warnings: warningsOf(event, account),
    problem,
    fields: mayCorrect && correctionFields(typed, account),
    action: `${back}/retry`,
    button: "Send it again",
    back,
  });
}

function warningsOf({ attempts, eventName }: LedgerEvent, account: Account | null): string[] {
  return [
    ...(attempts.some(({ mayHaveArrived }) => mayHaveArrived)
      ? [
          "An earlier attempt may have arrived. Meta does not recognise repeats, so it could count this event twice. Look in Events Manager first.",
        ]
      : []),
    ...(account?.state === "paused" ? ["Its account is paused, so it will be held until the account is resumed."] : []),
    ...(account?.switchedOffEventNames.includes(eventName)
      ? [
          `${eventName} is switched off for this account's dataset, so it will be refused again unless the name is corrected.`,
        ]
      : []),
  ];
}

export function askCancel(event: LedgerEvent): Html {
  const back = eventPath(event.id);
  return confirmPage({
    title: "Cancel this event?",
    consequences: [
      `The ${event.eventName} ${event.eventId} ends here. Nothing of it is ever sent, and the ad gets no credit for it.`,
    ],
    warnings: ["This cannot be taken back: a cancelled event is not sent again, and its id is used up."],
    action: `${back}/cancel`,
    button: "Cancel the event",
    isDangerous: true,
    back,
  });
}

export function askResolve(event: LedgerEvent, problem: string | null): Html {
  const back = eventPath(event.id);
  return confirmPage({
    title: "What became of this event?",
    consequences: [
      `The ${event.eventName} ${event.eventId} was sent, and Meta's answer did not tell whether it was counted. Look for it in ${event.sandbox ? "the sandbox" : "Events Manager"}, then say what you saw.`,
    ],
    problem,
    fields: resolutionField("one"),
    action: `${back}/resolve`,
    button: "Decide",
    back,
  });
}
