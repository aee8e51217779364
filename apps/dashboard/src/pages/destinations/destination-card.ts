import { explainProbe, recallRefusedProbe } from "@capi-relay/case-work";
import type { AtRisk, DestinationHealth } from "@capi-relay/insight";
import { UNFINISHED } from "@capi-relay/storage";
import { destinationAnchor } from "../../destination-path.ts";
import { type Html, html } from "../../html.ts";
import type { DashboardUser } from "../../login/users.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";
import { eventsPath } from "../events/event-query.ts";

const HEALTH: Readonly<Record<DestinationHealth["health"], readonly [word: string, tone: string]>> = {
  healthy: ["Sending", "good"],
  paused: ["Paused", "bad"],
  no_dataset: ["No dataset", "bad"],
  careful: ["Careful: one event at a time", "wait"],
  throttled: ["Slowed down by Meta", "wait"],
};

export function destinationCard(
  destination: DestinationHealth,
  { user, sandbox }: { readonly user: DashboardUser; readonly sandbox: boolean },
  notice: string | null,
  reader: Reader,
): Html {
  const { accountId, name, health } = destination;
  const [word, tone] = HEALTH[health];
  return html`<section class="card" id=${destinationAnchor(accountId)} aria-label=${name}>
<div class="top"><h2>${name}</h2><span class=${`status ${tone}`}>${word}</span></div>
${notice !== null && html`<p class="done" role="status">${notice}</p>`}
${trouble(destination)}
${facts(destination, sandbox, reader)}
${switchedOff(destination, user)}
${user.role === "operator" && actions(destination)}
</section>`;
}

function trouble(destination: DestinationHealth): Html | null {
  const { accountId, health, pausedReason, explanation, pausedAt, throttledUntil, unclearSince } = destination;
  switch (health) {
    case "paused":
      return html`<div class="error"><p>${explanation ?? "It was paused."} ${pausedAt !== null && html`Paused since ${when(pausedAt)}.`} Its events are held meanwhile.</p>${
        pausedReason === "meta_token_invalid" &&
        html`<p>A new token goes in by <code>PATCH /v1/accounts/${accountId}</code> with its <code>accessToken</code>; it is tried out, and the account resumes by itself.</p>`
      }</div>`;
    case "no_dataset":
      return html`<p class="error">No dataset is known, so nothing can be sent. Set datasetId on the account, or have it created with POST /v1/whatsapp/dataset.</p>`;
    case "throttled":
      return html`<p class="warning">Meta asked to slow down${throttledUntil !== null && html` until ${when(throttledUntil)}`}. Nothing needs to be done: its events go out later, and no attempt is spent.</p>`;
    case "careful":
      return html`<p class="warning">Meta's last answer did not tell what became of events${unclearSince !== null && html` (${when(unclearSince)})`}. They leave one at a time until a clear answer comes; nothing needs to be done.</p>`;
    case "healthy":
      return null;
  }
}

function facts(destination: DestinationHealth, sandbox: boolean, reader: Reader): Html {
  const { accountId, wabaId, datasetId, tokenAgeDays, tokenUpdatedAt, held, standing } = destination;
  const { lastProbe, isProbeOutdated } = destination;
  const accountIds = [accountId];
  const days = tokenAgeDays === 1 ? "1 day" : `${reader.number(tokenAgeDays)} days`;
  return html`<dl class="facts">
<div><dt>Account id</dt><dd><code>${accountId}</code></dd></div>
<div><dt>WhatsApp Business Account</dt><dd><code>${wabaId}</code></dd></div>
<div><dt>Dataset</dt><dd>${datasetId === null ? "none" : html`<code>${datasetId}</code>`}</dd></div>
<div><dt>Token</dt><dd>${days} old, since ${when(tokenUpdatedAt)}</dd></div>
<div><dt>Held events</dt><dd>${amount(held, eventsPath({ accountIds, statuses: ["held"] }), reader)}</dd></div>
<div><dt>Not ended yet</dt><dd>${amount(standing, eventsPath({ accountIds, statuses: UNFINISHED }), reader)}</dd></div>
<div class="wide"><dt>Last probe</dt><dd>${lastProbe === null ? "never" : html`${when(lastProbe.at)}: ${isProbeOutdated ? recallRefusedProbe(lastProbe) : explainProbe(lastProbe, { sandbox })}`}</dd></div>
</dl>`;
}

function amount({ count, values }: AtRisk, href: string, reader: Reader): Html {
  if (count === 0) return html`none`;
  const worth = reader.moneys(values);
  return html`<a href=${href}>${reader.number(count)}</a>${worth !== null && ` worth ${worth}`}`;
}

function switchedOff({ accountId, switchedOffEventNames }: DestinationHealth, user: DashboardUser): Html | null {
  if (switchedOffEventNames.length === 0) return null;
  return html`<div class="warning"><p>Meta refused these event names for the dataset (2804066), so they are switched off: new ones get an error, queued ones are rejected without a request.</p>
<ul class="actions">${switchedOffEventNames.map(
    (eventName) =>
      html`<li><strong>${eventName}</strong> ${user.role === "operator" && html`<a class="button plain small" href=${`/destinations/${encodeURIComponent(accountId)}/names/${encodeURIComponent(eventName)}`}>Switch on again</a>`}</li>`,
  )}</ul></div>`;
}

function actions({ accountId, health }: DestinationHealth): Html {
  const path = `/destinations/${encodeURIComponent(accountId)}`;
  return html`<div class="actions">
<form method="post" action=${`${path}/probe`}><button class="plain" title="Sends Meta one event with a made-up click, which counts nothing">Probe now</button></form>
${health === "throttled" && html`<a class="button plain" href=${`${path}/resume`}>Send now</a>`}
${health === "paused" ? html`<a class="button" href=${`${path}/resume`}>Resume</a>` : html`<a class="button plain" href=${`${path}/pause`}>Pause</a>`}
</div>`;
}
