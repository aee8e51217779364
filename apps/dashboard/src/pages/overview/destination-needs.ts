import { EVENT_REASONS } from "@capi-relay/contract";
import {
  type DestinationHealth,
  type DestinationTrouble,
  type Overview,
  type Troubled,
  troubledAmong,
} from "@capi-relay/insight";
import { destinationPath } from "../../destination-path.ts";
import type { Reader } from "../../reader/reader.ts";
import { standingPath } from "./figure-scope.ts";
import { eventsWorth, type Need, need } from "./need.ts";

/** How destinations are seen: what their trouble costs, and the alerts that say since when. */
export interface DestinationsView {
  readonly destinations: readonly DestinationHealth[];
  readonly troubles: readonly DestinationTrouble[];
  readonly alerts: Overview["openAlerts"];
  readonly now: Date;
}

interface DestinationView extends Pick<DestinationsView, "alerts" | "now"> {
  readonly destination: DestinationHealth;
  readonly trouble: DestinationTrouble | null;
}

/** What destinations need. */
export function needsOfDestinations({ destinations, troubles, ...seen }: DestinationsView, reader: Reader): Need[] {
  const troubled = troubledAmong(destinations);
  const viewOf = (destination: DestinationHealth): DestinationView => {
    const trouble = troubles.find(({ accountId }) => accountId === destination.accountId) ?? null;
    return { ...seen, destination, trouble };
  };
  return [
    ...destinations.flatMap((destination) => needsOfHealth(destination, reader)),
    ...troubled.nameRefused.into.flatMap((destination) =>
      destination.switchedOffEventNames.map((eventName) => needOfName(eventName, viewOf(destination), reader)),
    ),
    ...troubled.retried.into.map((destination) => needOfRetries(viewOf(destination), reader)),
    ...needsOfOthers(troubled, reader),
  ];
}

function needsOfHealth(destination: DestinationHealth, reader: Reader): Need[] {
  const { name, health, pausedReason, pausedAt, unclearSince, held } = destination;
  const link = linkTo(destination);
  const stake = held.count === 0 ? "No event is held so far" : `${eventsWorth(held, reader)} held`;
  switch (health) {
    case "paused": {
      if (pausedReason === null || pausedReason === "paused_by_operator")
        return [need("look", `${name} was paused by a person`, { since: pausedAt, stake, link })];
      const { happened, action } = EVENT_REASONS[pausedReason];
      const title = `${name} is paused: nothing of it reaches Meta`;
      return [need("broken", title, { sentence: `${happened} ${action}`, since: pausedAt, stake, link })];
    }
    case "no_dataset":
      return [need("broken", `${name} has no dataset, so nothing of it can be sent`, { stake, link })];
    case "careful":
      return [
        need("look", `Events of ${name} leave one at a time`, {
          sentence: "Meta's last answer was unclear. It mends itself with the next clear one.",
          since: unclearSince,
          link,
        }),
      ];
    case "throttled":
    case "healthy":
      return [];
  }
}

function needOfName(eventName: string, { destination, trouble, alerts }: DestinationView, reader: Reader): Need {
  const { accountId, name } = destination;
  const alert = alerts.find(
    (one) => one.kind === "event_name_switched_off" && one.accountId === accountId && one.detail === eventName,
  );
  const refused = trouble?.refusedNames.find((one) => one.eventName === eventName);
  const costs = [
    ...(refused === undefined || refused.rejected.count === 0
      ? []
      : [`${eventsWorth(refused.rejected, reader)} rejected`]),
    ...(refused === undefined || refused.turnedAway === 0 ? [] : [`${reader.number(refused.turnedAway)} turned away`]),
  ];
  return need("broken", `Meta refuses every ${eventName} of ${name}`, {
    sentence:
      "The dataset does not take this event name (2804066), so it is switched off; other names get through. Have the dataset take it, or send another name; then switch it on again and send the rejected ones again by a bulk retry.",
    since: alert?.openedAt ?? null,
    stake: costs.length === 0 ? null : `${costs.join(", ")} in this period`,
    link: linkTo(destination),
  });
}

/** Meta's pauses are of minutes as a rule. */
const LONG_MS = 3_600_000;

function needOfRetries({ destination, trouble, now }: DestinationView, reader: Reader): Need {
  const { accountId, name, health, throttledUntil, retrying } = destination;
  const isThrottled = health === "throttled";
  const since = trouble?.retryingSince ?? null;
  const isLong = since !== null && now.getTime() - since.getTime() > LONG_MS;
  const left = throttledUntil === null ? 0 : throttledUntil.getTime() - now.getTime();
  const title = isThrottled
    ? `Meta throttles ${name}: its events wait`
    : `Meta does not take the events of ${name} now`;
  const why = isThrottled
    ? `It asked this account to send less, for another ${reader.duration(Math.max(1_000, left))}.`
    : "Its answers are failures that pass as a rule.";
  return need(isLong ? "soon" : "look", title, {
    sentence: `${why} ${isLong ? "That is long: see in Meta's app dashboard what else uses the limit, and at Meta's status page." : "Nothing needs to be done: the events go out later by themselves, and no attempt is lost."}`,
    since,
    stake: retrying.count === 0 ? "No event waits" : `${eventsWorth(retrying, reader)} wait`,
    link: { href: standingPath(accountId, { statuses: ["retry_scheduled"] }), label: "See what waits" },
  });
}

/** Those in trouble that nobody looked into. */
function needsOfOthers({ nameRefused, retried }: Troubled, reader: Reader): Need[] {
  const others = (count: number) => (count === 1 ? "1 more account" : `${reader.number(count)} more accounts`);
  const link = { href: "/destinations", label: "See all accounts" };
  return [
    ...(nameRefused.notInto === 0
      ? []
      : [
          need("broken", `Meta refuses event names of ${others(nameRefused.notInto)}`, {
            sentence: `Only ${nameRefused.into.length} accounts are shown. Choose an account to see its own.`,
            link,
          }),
        ]),
    ...(retried.notInto === 0
      ? []
      : [
          need("look", `Meta does not take the events of ${others(retried.notInto)} now`, {
            sentence: `Shown are the ${retried.into.length} accounts of which most events wait. Choose an account to see its own.`,
            link,
          }),
        ]),
  ];
}

const linkTo = ({ accountId, name }: DestinationHealth): Need["link"] => ({
  href: destinationPath(accountId),
  label: `Go to ${name}`,
});
