import { BOARD_PATH } from "../board/board.ts";
import type { Health } from "../health.ts";
import type { DashboardUser } from "../login/users.ts";
import { type Html, html } from "./html.ts";

/** Jobs by where they stand; null when Redis does not answer. */
export type JobCounts = Readonly<Record<"failed" | "waiting" | "active" | "delayed", number>>;

export interface Landing {
  readonly user: DashboardUser;
  readonly queueName: string;
  readonly counts: JobCounts | null;
  readonly health: Health;
}

const ROLE_MEANS = {
  viewer: "You may look at everything; an operator can also retry.",
  operator: "You may retry events.",
} as const;

const COUNTED = [
  { status: "failed", label: "Failed: a person should look" },
  { status: "waiting", label: "Waiting for a worker" },
  { status: "active", label: "Being sent" },
  { status: "delayed", label: "Tried again later" },
] as const;

export const landingPage = ({ user, queueName, counts, health }: Landing): Html => html`
<div class="top">
<div>
<h1>capi-relay</h1>
<p class="quiet">Logged in as <strong>${user.name}</strong>, ${user.role}. ${ROLE_MEANS[user.role]}</p>
</div>
<form method="post" action="/logout"><button class="plain">Log out</button></form>
</div>
${health.ledger ? null : LEDGER_AWAY}
${health.queue && counts !== null ? null : QUEUE_AWAY}
<section class="card">
<h2>Queue</h2>
<p class="quiet">Every event on its way to Meta is a job. A failed one says why, and what to do.</p>
${counts === null ? null : html`<ul class="counts">${COUNTED.map(({ status, label }) => count(queueName, status, label, counts[status]))}</ul>`}
<p><a class="button" href="${BOARD_PATH}">Open the queues</a></p>
</section>`;

function count(queueName: string, status: string, label: string, number: number): Html {
  const alarming = status === "failed" && number > 0 ? html` class="alarming"` : null;
  const target = `${BOARD_PATH}/queue/${encodeURIComponent(queueName)}?status=${status}`;
  return html`<li${alarming}><a href="${target}"><strong>${number.toLocaleString("en-GB")}</strong> ${label}</a></li>`;
}

const LEDGER_AWAY = html`<p class="error" role="alert"><strong>MongoDB does not answer.</strong> New events are refused with 503 and nothing can be retried. Check MongoDB.</p>`;
const QUEUE_AWAY = html`<p class="error" role="alert"><strong>Redis does not answer.</strong> Events are still accepted and none is lost, but none is sent. Check Redis.</p>`;
