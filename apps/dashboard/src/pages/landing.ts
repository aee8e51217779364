import type { Lane } from "@capi-relay/queue";
import { BOARD_PATH } from "../board/board.ts";
import type { Health } from "../health.ts";
import type { DashboardUser } from "../login/users.ts";
import { type Html, html } from "./html.ts";

/** The jobs of one lane, by where they stand. */
export interface LaneCounts {
  readonly lane: Lane;
  readonly queueName: string;
  readonly counts: Readonly<Record<"failed" | "waiting" | "active" | "delayed", number>>;
}

export interface Landing {
  readonly user: DashboardUser;
  /** Null when Redis does not answer. */
  readonly lanes: readonly LaneCounts[] | null;
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

export const landingPage = ({ user, lanes, health }: Landing): Html => html`
<div class="top">
<div>
<h1>capi-relay</h1>
<p class="quiet">Logged in as <strong>${user.name}</strong>, ${user.role}. ${ROLE_MEANS[user.role]}</p>
</div>
<form method="post" action="/logout"><button class="plain">Log out</button></form>
</div>
${health.ledger ? null : LEDGER_AWAY}
${health.queue && lanes !== null ? null : QUEUE_AWAY}
<section class="card">
<h2>Queue</h2>
<p class="quiet">Every event on its way to Meta is a job. A failed one says why, and what to do.</p>
${lanes === null ? null : lanes.filter(isWorthShowing).map(countsOf)}
<p><a class="button" href="${BOARD_PATH}">Open the queues</a></p>
</section>`;

const LANE_TITLES: Readonly<Record<Lane, string | null>> = {
  fast: null,
  slow: "Slow lane: accounts with very many events, or that Meta answers slowly",
  alone: "Lane of one: events during which a worker died twice",
};

/** The lanes for exceptions are shown only while they hold something. */
const isWorthShowing = ({ lane, counts }: LaneCounts): boolean =>
  lane === "fast" || Object.values(counts).some((number) => number > 0);

function countsOf({ lane, queueName, counts }: LaneCounts): Html {
  const title = LANE_TITLES[lane];
  return html`${title === null ? null : html`<h3>${title}</h3>`}<ul class="counts">${COUNTED.map(({ status, label }) => count(queueName, status, label, counts[status]))}</ul>`;
}

function count(queueName: string, status: string, label: string, number: number): Html {
  const alarming = status === "failed" && number > 0 ? html` class="alarming"` : null;
  const target = `${BOARD_PATH}/queue/${encodeURIComponent(queueName)}?status=${status}`;
  return html`<li${alarming}><a href="${target}"><strong>${number.toLocaleString("en-GB")}</strong> ${label}</a></li>`;
}

const LEDGER_AWAY = html`<p class="error" role="alert"><strong>MongoDB does not answer.</strong> New events are refused with 503 and nothing can be retried. Check MongoDB.</p>`;
const QUEUE_AWAY = html`<p class="error" role="alert"><strong>Redis does not answer.</strong> Events are still accepted and none is lost, but none is sent. Check Redis.</p>`;
