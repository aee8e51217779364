import { EVENT_REASONS, explainReason, isTerminal } from "@capi-relay/contract";
import type { RankedReason } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { bulkDecisionPath } from "../bulk-decision/decision-query.ts";
import { bulkRetryPath } from "../bulk-retry/retry-filter.ts";
import { statusMark } from "../events/status-mark.ts";
import { endedPath, type FigureScope, standingPath } from "./figure-scope.ts";

/** The rest is rare, and would push everything below out of sight. */
const SHOWN = 6;
const SIDES = {
  relay: "here",
  caller: "the order system",
  account_owner: "the account's owner",
  meta: "Meta",
  customer: "the customer",
} as const;
const RETRYABLE = ["rejected", "failed"];

/** Why events are not delivered, the most frequent reason first, each in words and one step from its events. */
export function reasonsCard(reasons: readonly RankedReason[], scope: FigureScope, reader: Reader): Html {
  return html`<section class="card" aria-labelledby="reasons">
<h2 id="reasons">Why events were not delivered</h2>
<p class="quiet">Of what came to an end in this period, and of what waits now.</p>
${
  reasons.length === 0
    ? html`<p class="fine">No event failed or waits for anything.</p>`
    : html`<ol class="reasons">${reasons.slice(0, SHOWN).map((reason) => line(reason, scope, reader))}</ol>${rarer(reasons.slice(SHOWN), scope, reader)}`
}
</section>`;
}

function rarer(reasons: readonly RankedReason[], scope: FigureScope, reader: Reader): Html | null {
  if (reasons.length === 0) return null;
  return html`<details><summary>${reasons.length === 1 ? "1 rarer reason" : `${reader.number(reasons.length)} rarer reasons`}</summary>
<ol class="reasons">${reasons.map((reason) => line(reason, scope, reader))}</ol></details>`;
}

function line({ reason, status, count, values }: RankedReason, scope: FigureScope, reader: Reader): Html {
  const { accountId, from: endedFrom, until: endedTo } = scope;
  const what = { statuses: [status], reason };
  const list = isTerminal(status) ? endedPath(scope, what) : standingPath(accountId, what);
  return html`<li>
<div class="count"><strong>${reader.number(count)}</strong>${statusMark(status)}</div>
<div><p>${explainReason(reason)}</p><p class="quiet small">Up to ${SIDES[EVENT_REASONS[reason].side]}.${values.length > 0 && ` Worth ${reader.moneys(values)}.`} <a href=${list}>See the events</a>${
    RETRYABLE.includes(status) &&
    html` or <a href=${bulkRetryPath({ ...what, accountId, endedFrom, endedTo, withoutTests: true })}>send them again</a>`
  }${
    status === "outcome_unknown" &&
    html` or <a href=${bulkDecisionPath({ accountId, reason, withoutTests: true })}>decide about them in bulk</a>`
  }</p></div>
</li>`;
}
