import { EVENT_REASONS, type EventStatus } from "@capi-relay/contract";
import { REFUSAL_SENTENCES, redriveRefusal } from "@capi-relay/dispatch";
import { type AuditEntry, CLAIMABLE, type LedgerEvent } from "@capi-relay/storage";
import { destinationPath } from "../../destination-path.ts";
import { eventPath } from "../../event-path.ts";
import { type Html, html } from "../../html.ts";
import type { DashboardUser } from "../../login/users.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";
import { bulkDecisionPath } from "../bulk-decision/decision-query.ts";
import { marksOf } from "../events/event-marks.ts";
import { statusMark } from "../events/status-mark.ts";
import { type StoryStep, storyOf } from "./event-story.ts";
import { whatCanBeDone } from "./what-can-be-done.ts";

export interface EventView {
  readonly event: LedgerEvent;
  readonly accountName: string;
  readonly audit: readonly AuditEntry[];
  /** Its job on the board; null when there is none, or Redis does not answer. */
  readonly jobPath: string | null;
  readonly user: DashboardUser;
  /** What was just done, or why it was not. */
  readonly notice: { readonly tone: "done" | "error"; readonly sentence: string } | null;
  readonly now: Date;
}

/** One event: where it stands and why, what to do, and how it came to that. */
export function eventPage(view: EventView, reader: Reader): Html {
  const { event, audit, notice } = view;
  return html`<div class="top"><h1>${event.eventName} <code>${event.eventId}</code></h1><div>${statusMark(event.status)} ${marksOf(event)}</div></div>
${notice !== null && html`<p class=${notice.tone} role="status">${notice.sentence}</p>`}
<section class="card" aria-labelledby="now"><h2 id="now">Where it stands</h2>${standing(view)}${actions(view)}</section>
<div class="columns">
<section class="card" aria-labelledby="story"><h2 id="story">Its story</h2><ol class="story">${storyOf(event, audit).map(storyStep)}${awaited(event)}</ol></section>
${factsCard(view, reader)}
</div>`;
}

/** What a status means while it has no reason. */
const WITHOUT_REASON: Partial<Record<EventStatus, string>> = {
  queued: "It is stored and goes out as soon as a worker is free.",
  sending: "A worker is sending it to Meta right now.",
  delivered: "Meta has taken it. In Events Manager it shows up after 20 minutes to some hours.",
};

function standing({ event }: EventView): Html {
  const { status, reason, sandbox } = event;
  if (reason !== null) {
    const { happened, action } = EVENT_REASONS[reason];
    const place = (text: string) => (sandbox ? text.replaceAll("Events Manager", "the sandbox") : text);
    return html`<p>${place(happened)}</p><p><strong>What to do:</strong> ${place(action)}</p>`;
  }
  if (sandbox && status === "delivered") return html`<p>The sandbox has taken it. Nothing was sent to Meta itself.</p>`;
  return html`<p>${WITHOUT_REASON[status] ?? ""}</p>`;
}

function actions({ event, user, now }: EventView): Html {
  const { retry, correct, cancel, resolve } = whatCanBeDone(event, now);
  const path = eventPath(event.id);
  if (!retry && !cancel && !resolve) return html`<p class="quiet small">${whyNothing(event, now)}</p>`;
  if (user.role !== "operator")
    return html`<p class="quiet small">An operator can act on this event; your role is viewer.</p>`;
  return html`${resolve && sharedFate(event)}<div class="actions">
${resolve && html`<a class="button" href=${`${path}/resolve`}>Decide what became of it</a>`}
${retry && html`<a class="button" href=${`${path}/retry`}>${correct ? "Send again, or correct it first" : "Send again"}</a>`}
${cancel && html`<a class="button plain" href=${`${path}/cancel`}>Cancel it</a>`}
</div>`;
}

/** Whoever is here because a worker died has hundreds more to decide about. */
function sharedFate({ accountId, attempts }: LedgerEvent): Html {
  const sentAt = attempts.at(-1)?.startedAt ?? null;
  return html`<p>What left in one request mostly arrived together, or not at all: <a href=${bulkDecisionPath({ accountId, sentAt })}>decide about all that were sent with it</a>.</p>`;
}

function whyNothing(event: LedgerEvent, now: Date): string {
  const refusal = redriveRefusal(event, now);
  return refusal === null ? "" : REFUSAL_SENTENCES[refusal];
}

function storyStep({ at, tone, title, lines, traceId }: StoryStep): Html {
  return html`<li class=${tone}><p><strong>${title}</strong> ${at !== null && html`<span class="quiet small">${when(at)}</span>`}</p>
${lines.map((line) => html`<p class="small">${line}</p>`)}
${traceId !== null && html`<p class="small">Trace id <copy-text>${traceId}</copy-text></p>`}</li>`;
}

function awaited({ status, dueAt, endedAt, expiresAt }: LedgerEvent): Html | null {
  if (endedAt !== null) return null;
  const next = CLAIMABLE.includes(status) ? html`Next try ${when(dueAt)}. ` : null;
  return html`<li><p class="quiet">${next}${status === "waiting_click" && html`It waits for a click until ${when(dueAt)}. `}Meta takes it until ${when(expiresAt)}.</p></li>`;
}

function factsCard({ event, accountName, jobPath }: EventView, reader: Reader): Html {
  const { id, accountId, details, eventTime, acceptedAt, expiresAt, testCode } = event;
  const { value, currency, orderId } = details;
  return html`<section class="card" aria-labelledby="facts"><h2 id="facts">Facts</h2><dl class="facts">
${fact("Account", html`<a href=${destinationPath(accountId)}>${accountName}</a>`)}
${value !== null && fact("Value", currency === null ? reader.number(value, 2) : reader.money({ currency, value }, "exact"))}
${orderId !== null && fact("Order", orderId)}
${fact("Happened", when(eventTime))}
${fact("Taken in", when(acceptedAt))}
${fact("Meta takes it until", when(expiresAt))}
${testCode !== null && fact("Test code", testCode)}
${fact("Id here", html`<code><copy-text>${id}</copy-text></code>`)}
${fact("Job", jobPath === null ? "none now" : html`<a href=${jobPath}>See it in the queue</a>`)}
</dl></section>`;
}

function fact(name: string, value: Html | string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
