import { EVENT_REASONS, type EventStatus } from "@capi-relay/contract";
import type { AtRisk, DestinationHealth, Overview, PhoneNumberCapture } from "@capi-relay/insight";
import { destinationPath } from "../../destination-path.ts";
import { eventPath } from "../../event-path.ts";
import type { Health } from "../../health.ts";
import type { Reader } from "../../reader/reader.ts";
import { eventsPath } from "../events/event-query.ts";

/** Something that a person has to do, or should know of, in one sentence. */
export interface Need {
  /** `broken`: events do not get through. `soon`: money is lost if nobody acts. `look`: it mends itself, or can wait. */
  readonly urgency: "broken" | "soon" | "look";
  readonly sentence: string;
  /** Where it is put right; null when that is not on these pages. */
  readonly link: { readonly href: string; readonly label: string } | null;
}

export interface Situation {
  readonly health: Health;
  /** Null while MongoDB does not answer. */
  readonly figures: { readonly overview: Overview; readonly destinations: readonly DestinationHealth[] } | null;
  /** Whose needs; null for all accounts together. */
  readonly accountId: string | null;
  readonly now: Date;
}

/** What needs a person now, the most urgent first; all of it in words for somebody who was just woken up. */
export function needsOf({ health, figures, accountId, now }: Situation, reader: Reader): Need[] {
  const needs = [
    ...needsOfStores(health),
    ...(figures === null ? [] : needsOfFigures(figures.overview, figures.destinations, accountId, now, reader)),
  ];
  return needs.sort((one, other) => URGENCY.indexOf(one.urgency) - URGENCY.indexOf(other.urgency));
}

const URGENCY: readonly Need["urgency"][] = ["broken", "soon", "look"];

function needsOfStores({ ledger, queue }: Health): Need[] {
  return [
    ...(ledger
      ? []
      : [
          broken("MongoDB does not answer. New events are refused with 503 and nothing can be retried. Check MongoDB."),
        ]),
    ...(queue
      ? []
      : [broken("Redis does not answer. Events are still accepted and none is lost, but none is sent. Check Redis.")]),
  ];
}

function needsOfFigures(
  overview: Overview,
  destinations: readonly DestinationHealth[],
  accountId: string | null,
  now: Date,
  reader: Reader,
): Need[] {
  const own = destinations.filter((destination) => accountId === null || destination.accountId === accountId);
  const listOf = (...statuses: EventStatus[]) =>
    eventsPath({ statuses, accountIds: accountId === null ? null : [accountId] });
  return [
    ...own.flatMap((destination) => needsOfDestination(destination, reader)),
    ...overview.clickCapture.flatMap((capture) => needsOfCapture(capture, destinations, reader)),
    ...needsOfIntake(overview, reader),
    ...needsOfDeadlines(overview, listOf("held", "retry_scheduled", "queued", "outcome_unknown"), reader),
    ...needsOfDoubts(overview, listOf("outcome_unknown"), reader),
    ...needsOfAlerts(overview),
    ...needsOfRetries(overview, listOf("retry_scheduled"), reader),
    ...needsOfCounting(overview, now),
  ];
}

function needsOfDestination(destination: DestinationHealth, reader: Reader): Need[] {
  const { accountId, name, health, pausedReason, held, switchedOffEventNames } = destination;
  const link = { href: destinationPath(accountId), label: `Go to ${name}` };
  const names = switchedOffEventNames.map((eventName) =>
    broken(`Meta does not take ${eventName} on the dataset of ${name} (2804066), so such events are refused.`, link),
  );
  const waiting = held.count === 0 ? "" : ` ${eventsWorth(held, reader)} wait for it.`;
  switch (health) {
    case "paused":
      return pausedReason === null || pausedReason === "paused_by_operator"
        ? [...names, { urgency: "look", sentence: `${name} was paused by a person.${waiting}`, link }]
        : [broken(`${name} is paused. ${EVENT_REASONS[pausedReason].happened}${waiting}`, link), ...names];
    case "no_dataset":
      return [broken(`${name} has no dataset, so nothing can be sent.${waiting}`, link), ...names];
    case "throttled":
      return [...names, look(`Meta asked ${name} to slow down; its events go out later by themselves.`, link)];
    case "careful":
      return [...names, look(`Meta's last answer to ${name} was unclear, so its events leave one at a time.`, link)];
    case "healthy":
      return names;
  }
}

function needsOfCapture(
  { wabaId, phoneNumberId, dropped, days }: PhoneNumberCapture,
  destinations: readonly DestinationHealth[],
  reader: Reader,
): Need[] {
  if (!dropped) return [];
  const owner = destinations.find((destination) => destination.wabaId === wabaId)?.name ?? `WABA ${wabaId}`;
  const latest = days.findLast(({ rate }) => rate !== null)?.rate ?? 0;
  const number = phoneNumberId === null ? "a number" : `number ${phoneNumberId}`;
  return [
    broken(
      `Click ids hardly arrive any more at ${number} of ${owner}: ${reader.percent(latest)} of the ad messages bring one.`,
      { href: "#clicks", label: "See since when" },
    ),
  ];
}

/** Fewer refusals than these are typing mistakes of somebody who tries the API out. */
const MIN_REFUSED = 20;
const REFUSED_PART = 0.05;

function needsOfIntake({ totals, intakeRefusals }: Overview, reader: Reader): Need[] {
  const { accepted, refusedAtIntake } = totals;
  const [mostly] = intakeRefusals;
  const isMuch = refusedAtIntake >= MIN_REFUSED && refusedAtIntake > REFUSED_PART * (accepted + refusedAtIntake);
  if (!isMuch || mostly === undefined) return [];
  const all = reader.number(accepted + refusedAtIntake);
  return [
    broken(
      `An order system sends what cannot be taken: ${reader.number(refusedAtIntake)} of ${all} events were refused, most often for ${mostly.code.replaceAll("_", " ")}.`,
      { href: "#intake", label: "See what is wrong" },
    ),
  ];
}

function needsOfDeadlines({ valueAtRisk }: Overview, href: string, reader: Reader): Need[] {
  const urgent = valueAtRisk.byTimeLeft.find(({ left }) => left === "under_6h");
  if (urgent === undefined || urgent.count === 0) return [];
  return [
    {
      urgency: "soon",
      sentence: `${eventsWorth(urgent, reader)} can no longer be sent in less than 6 hours.`,
      link: { href, label: "See them" },
    },
  ];
}

function needsOfDoubts({ reasons }: Overview, href: string, reader: Reader): Need[] {
  const count = sumOf(reasons.filter(({ status }) => status === "outcome_unknown"));
  if (count === 0) return [];
  return [
    {
      urgency: "soon",
      sentence: `${many(count, reader)} may have arrived at Meta or not. A person has to look in Events Manager and decide.`,
      link: { href, label: "Decide" },
    },
  ];
}

/** The other kinds show at their destination. */
function needsOfAlerts({ openAlerts }: Overview): Need[] {
  return openAlerts.flatMap(({ kind, accountId, detail }): Need[] => {
    if (kind === "event_quarantined")
      return [
        broken("The worker stopped three times while working on one event, which is set aside now.", {
          href: eventPath(detail),
          label: "See the event",
        }),
      ];
    if (kind === "meta_counted_none")
      return [
        broken(`Meta answered 200 to account ${accountId} and counted nothing. The dataset may be the wrong one.`, {
          href: destinationPath(accountId),
          label: "Go to the account",
        }),
      ];
    return [];
  });
}

function needsOfRetries({ reasons }: Overview, href: string, reader: Reader): Need[] {
  const count = sumOf(reasons.filter(({ status }) => status === "retry_scheduled"));
  if (count < MIN_REFUSED) return [];
  return [
    look(`${many(count, reader)} are tried again later, because Meta does not take them now. It happens by itself.`, {
      href,
      label: "See why",
    }),
  ];
}

const STALE_MS = 5 * 60_000;

function needsOfCounting({ countedUntil }: Overview, now: Date): Need[] {
  if (countedUntil === null)
    return [look("The figures have not been counted yet. A worker counts them every 15 seconds.")];
  if (now.getTime() - countedUntil.getTime() < STALE_MS) return [];
  return [broken("No worker has counted these figures for more than 5 minutes. Check that a worker runs.")];
}

function sumOf(amounts: readonly { readonly count: number }[]): number {
  return amounts.reduce((sum, { count }) => sum + count, 0);
}

function many(count: number, reader: Reader): string {
  return count === 1 ? "1 event" : `${reader.number(count)} events`;
}

function eventsWorth({ count, values }: AtRisk, reader: Reader): string {
  const worth = reader.moneys(values);
  return worth === null ? many(count, reader) : `${many(count, reader)} worth ${worth}`;
}

const broken = (sentence: string, link: Need["link"] = null): Need => ({ urgency: "broken", sentence, link });
const look = (sentence: string, link: Need["link"] = null): Need => ({ urgency: "look", sentence, link });
