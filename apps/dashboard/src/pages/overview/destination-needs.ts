import { EVENT_REASONS } from "@capi-relay/contract";
import type { DestinationHealth, DestinationTrouble, Overview } from "@capi-relay/insight";
import { destinationPath } from "../../destination-path.ts";
import type { Reader } from "../../reader/reader.ts";
import { eventsPath } from "../events/event-query.ts";
import { eventsWorth, type Need, need } from "./need.ts";

/** How one destination is seen: what it costs, and the alerts that say since when. */
export interface DestinationView {
  readonly destination: DestinationHealth;
  /** Null when it has none that would have to be asked for. */
  readonly trouble: DestinationTrouble | null;
  readonly alerts: Overview["openAlerts"];
  readonly now: Date;
}

/** What one destination needs. */
export function needsOfDestination(view: DestinationView, reader: Reader): Need[] {
  return [
    ...needsOfHealth(view.destination, reader),
    ...view.destination.switchedOffEventNames.map((eventName) => needOfName(eventName, view, reader)),
    ...needsOfRetries(view, reader),
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

/** Fewer than these are the usual stumbling. */
const MIN_RETRIED = 20;
/** Meta's pauses are of minutes as a rule. */
const LONG_MS = 3_600_000;

function needsOfRetries({ destination, trouble, now }: DestinationView, reader: Reader): Need[] {
  const { accountId, name, health, throttledUntil, retrying } = destination;
  const isThrottled = health === "throttled";
  if (!isThrottled && retrying.count < MIN_RETRIED) return [];
  const since = trouble?.retryingSince ?? null;
  const isLong = since !== null && now.getTime() - since.getTime() > LONG_MS;
  const left = throttledUntil === null ? 0 : throttledUntil.getTime() - now.getTime();
  const title = isThrottled
    ? `Meta throttles ${name}: its events wait`
    : `Meta does not take the events of ${name} now`;
  const why = isThrottled
    ? `It asked this account to send less, for another ${reader.duration(Math.max(1_000, left))}.`
    : "Its answers are failures that pass as a rule.";
  return [
    need(isLong ? "soon" : "look", title, {
      sentence: `${why} ${isLong ? "That is long: see in Meta's app dashboard what else uses the limit, and at Meta's status page." : "Nothing needs to be done: the events go out later by themselves, and no attempt is lost."}`,
      since,
      stake: retrying.count === 0 ? "No event waits" : `${eventsWorth(retrying, reader)} wait`,
      link: { href: eventsPath({ statuses: ["retry_scheduled"], accountIds: [accountId] }), label: "See what waits" },
    }),
  ];
}

const linkTo = ({ accountId, name }: DestinationHealth): Need["link"] => ({
  href: destinationPath(accountId),
  label: `Go to ${name}`,
});
