import type { Period } from "@capi-relay/insight";
import type { Health } from "../../health.ts";
import { type Html, html, type Part } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";
import { charts } from "./charts.ts";
import { clickCaptureCard } from "./click-capture.ts";
import { type FigureScope, figureScope } from "./figure-scope.ts";
import { figures } from "./figures.ts";
import { intakeCard } from "./intake.ts";
import { type LaneCounts, queueCard } from "./lanes.ts";
import { needList } from "./need-list.ts";
import { type Figures, needsOf } from "./needs.ts";
import { purchasesCard } from "./purchases.ts";
import { reasonsCard } from "./reasons.ts";
import { scopeForm } from "./scope-form.ts";
import { valueAtRiskCard } from "./value-at-risk.ts";

export interface OverviewView {
  readonly period: Period;
  /** Why another one is shown than was asked for. */
  readonly periodMistake: string | null;
  /** Null for all accounts together. */
  readonly accountId: string | null;
  readonly health: Health;
  /** Null while MongoDB does not answer. */
  readonly figures: Figures | null;
  /** Null while Redis does not answer. */
  readonly lanes: readonly LaneCounts[] | null;
  readonly now: Date;
}

/** First what needs a person, then where the money is, then how it came to that. */
export function overviewPage(view: OverviewView, reader: Reader): Html {
  const { period, periodMistake, accountId, figures: counted, lanes, now } = view;
  const queue = lanes !== null && queueCard(lanes, reader);
  return html`<div class="top"><h1>Overview</h1>${counted !== null && scopeForm(period, accountId, counted.destinations, now)}</div>
${periodMistake !== null && html`<p class="error" role="alert">${periodMistake} These are the figures of the last 24 hours.</p>`}
${needList(needsOf(view, reader), now, reader)}
${counted === null ? queue : countedParts(counted, figureScope(accountId, counted.overview.range, now), queue, reader)}`;
}

function countedParts({ overview, destinations }: Figures, scope: FigureScope, queue: Part, reader: Reader): Html {
  return html`${figures(overview, scope, reader)}
<div class="columns"><div>${valueAtRiskCard(overview.valueAtRisk, scope.accountId, reader)}</div><div>${purchasesCard(overview.purchases, scope, reader)}</div></div>
<div class="columns"><div>${intakeCard(overview, destinations, reader)}</div><div>${queue}</div></div>
${charts(overview, reader)}
${reasonsCard(overview.reasons, scope, reader)}
${clickCaptureCard(overview.clickCapture, destinations, reader)}
${overview.countedUntil !== null && html`<p class="quiet small">Counted until ${when(overview.countedUntil)}. Test events are left out.</p>`}`;
}
