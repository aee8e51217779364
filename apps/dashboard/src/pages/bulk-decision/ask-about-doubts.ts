import type { Resolution } from "@capi-relay/contract";
import type { BulkDecisionPlan } from "@capi-relay/insight";
import type { AccountNames } from "../../account-names.ts";
import { confirmPage } from "../../frame/confirm-page.ts";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { OF_MANY } from "../event/resolutions.ts";
import { hiddenFields } from "./bulk-decision-page.ts";
import { bulkDecisionPath, type DecisionQuery } from "./decision-query.ts";
import { doubtsInWords } from "./doubts-in-words.ts";

const ACTIONS: Readonly<Record<Resolution, string>> = {
  delivered: "Say that they arrived",
  resend: "Send them again",
  abandon: "Give them up",
};

export interface DoubtsToDecide {
  readonly query: DecisionQuery;
  readonly plan: BulkDecisionPlan;
  readonly doubtedBefore: Date;
  readonly as: Resolution;
  readonly perSecond: number;
  readonly accounts: AccountNames;
}

/** Deciding about many events: which, what happens, and what could go wrong with it. */
export function askAboutDoubts(
  { query, plan, doubtedBefore, as, perSecond, accounts }: DoubtsToDecide,
  reader: Reader,
): Html {
  const { count, values, tooOld, samples } = plan;
  const worth = reader.moneys(values);
  const events = `${count === 1 ? "1 event" : `${reader.number(count)} events`} ${doubtsInWords(query.filter, accounts)}`;
  const { means } = OF_MANY[as];
  return confirmPage({
    title: `${ACTIONS[as]}?`,
    consequences: [
      `${events}${worth === null ? "" : `, worth ${worth}`}.`,
      ...(as === "resend" ? ["They go to Meta again, with the same event times as before."] : [means]),
      "A worker does it one after the other, oldest first, and you can stop it at any time. What has moved on by then is left alone.",
    ],
    warnings: [
      ...(as === "resend" ? [`${means} Look in Events Manager first.`] : ["This cannot be taken back."]),
      ...(as === "resend" && tooOld > 0
        ? [`${reader.number(tooOld)} of them are too old for Meta, and stay in doubt.`]
        : []),
      ...(as === "resend" && samples > 0
        ? [`${reader.number(samples)} of them are invented samples, and stay in doubt.`]
        : []),
    ],
    fields: html`${hiddenFields(query, doubtedBefore)}<input type="hidden" name="as" value=${as} /><input type="hidden" name="pace" value=${perSecond} />`,
    action: "/bulk-decision",
    button: ACTIONS[as],
    isDangerous: as === "abandon",
    back: bulkDecisionPath(query.filter),
  });
}
