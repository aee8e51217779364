import type { DestinationHealth } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { DashboardUser } from "../../login/users.ts";
import type { Reader } from "../../reader/reader.ts";
import { destinationCard } from "./destination-card.ts";

export interface DestinationsView {
  readonly destinations: readonly DestinationHealth[];
  readonly user: DashboardUser;
  readonly sandbox: boolean;
  /** What was just done, and to which account. */
  readonly notice: { readonly accountId: string; readonly sentence: string } | null;
}

/** Every account: can it send, and what waits for it. */
export function destinationsPage({ destinations, user, sandbox, notice }: DestinationsView, reader: Reader): Html {
  return html`<div class="top"><h1>Destinations</h1></div>
<p class="quiet">An account is a WhatsApp Business Account with its dataset and its token. Those in trouble come first. Tokens and settings are changed over the API.</p>
${
  destinations.length === 0
    ? html`<div class="card empty"><p><strong>There is no account yet.</strong></p><p>Create one with POST /v1/accounts; its conversions are sent as soon as it has a token and a dataset.</p></div>`
    : destinations.map((destination) =>
        destinationCard(
          destination,
          { user, sandbox },
          notice?.accountId === destination.accountId ? notice.sentence : null,
          reader,
        ),
      )
}`;
}
