import {
  type AtRisk,
  type DestinationHealth,
  type DestinationTrouble,
  type Money,
  type Overview,
  troubledAmong,
} from "@capi-relay/insight";
import { destinationPath } from "../../destination-path.ts";
import { eventPath } from "../../event-path.ts";
import type { Health } from "../../health.ts";
import type { Reader } from "../../reader/reader.ts";
import { atRiskPath } from "../at-risk/at-risk-query.ts";
import { bulkDecisionPath } from "../bulk-decision/decision-query.ts";
import { needsOfCapture } from "./capture-need.ts";
import { needsOfDestinations } from "./destination-needs.ts";
import { needsOfIntake } from "./intake-need.ts";
import { eventsWorth, type Need, need } from "./need.ts";

/** What was counted, and what the destinations are like. */
export interface Figures {
  readonly overview: Overview;
  readonly destinations: readonly DestinationHealth[];
  readonly troubles: readonly DestinationTrouble[];
}

export interface Situation {
  readonly health: Health;
  /** Null while MongoDB does not answer. */
  readonly figures: Figures | null;
  /** Whose needs; null for all accounts together. */
  readonly accountId: string | null;
  readonly now: Date;
}

/** What needs a person now, the most urgent first; all of it in words for somebody who was just woken up. */
export function needsOf({ health, figures, accountId, now }: Situation, reader: Reader): Need[] {
  const needs = [
    ...needsOfStores(health),
    ...(figures === null ? needsOfNoFigures(health) : needsOfFigures(figures, accountId, now, reader)),
  ];
  return needs.sort((one, other) => URGENCY.indexOf(one.urgency) - URGENCY.indexOf(other.urgency));
}

const URGENCY: readonly Need["urgency"][] = ["broken", "soon", "look"];

function needsOfStores({ ledger, queue }: Health): Need[] {
  return [
    ...(ledger
      ? []
      : [
          need("broken", "MongoDB does not answer", {
            sentence: "New events are refused with 503 and nothing can be retried. Check MongoDB.",
          }),
        ]),
    ...(queue
      ? []
      : [
          need("broken", "Redis does not answer", {
            sentence: "Events are still accepted and none is lost, but none is sent. Check Redis.",
          }),
        ]),
  ];
}

/**
 * A database that answers, and still cannot tell: after an update it may be without indexes for as long as they are
 * built.
 */
function needsOfNoFigures({ ledger }: Health): Need[] {
  if (!ledger) return [];
  return [
    need("broken", "The figures cannot be read now", {
      sentence:
        "MongoDB answers, but not these questions. After an update its indexes may still be in the making: /health/ready of the API names those that are missing.",
    }),
  ];
}

function needsOfFigures(
  { overview, destinations, troubles }: Figures,
  accountId: string | null,
  now: Date,
  reader: Reader,
): Need[] {
  const own = destinations.filter((destination) => accountId === null || destination.accountId === accountId);
  return [
    ...needsOfDestinations({ destinations: own, troubles, alerts: overview.openAlerts, now }, reader),
    ...overview.clickCapture.flatMap((capture) => needsOfCapture(capture, destinations, reader)),
    ...needsOfIntake(overview, destinations, accountId, reader),
    ...needsOfDeadlines(overview, atRiskPath({ left: "under_6h", accountId }), reader),
    ...needsOfDoubts(
      { overview, destinations: own, troubles },
      bulkDecisionPath({ accountId, withoutTests: true }),
      reader,
    ),
    ...needsOfAlerts(overview),
    ...needsOfCounting(overview, now),
  ];
}

function needsOfDeadlines({ valueAtRisk }: Overview, href: string, reader: Reader): Need[] {
  const urgent = valueAtRisk.byTimeLeft.find(({ left }) => left === "under_6h");
  if (urgent === undefined || urgent.count === 0) return [];
  return [
    need("soon", "Some events are lost in less than 6 hours", {
      sentence: "Then they are older than Meta takes. Mend what they wait for first.",
      stake: eventsWorth(urgent, reader),
      link: { href, label: "See them" },
    }),
  ];
}

function needsOfDoubts({ overview, destinations, troubles }: Figures, href: string, reader: Reader): Need[] {
  const unknown = overview.reasons.filter(({ status }) => status === "outcome_unknown");
  if (unknown.length === 0) return [];
  const { into, notInto } = troubledAmong(destinations).inDoubt;
  const since = troubles.flatMap(({ doubtSince }) => (doubtSince === null ? [] : [doubtSince.getTime()]));
  const [only, another] = into;
  const accounts = another === undefined ? only?.name : `${reader.number(into.length + notInto)} accounts`;
  return [
    need("soon", `Some events${accounts === undefined ? "" : ` of ${accounts}`} may have arrived at Meta or not`, {
      sentence: "A person has to look in Events Manager and decide.",
      // Of accounts that nobody looked into an older one may wait.
      since: since.length === 0 || notInto > 0 ? null : new Date(Math.min(...since)),
      stake: eventsWorth(together(unknown), reader),
      link: { href, label: "Decide" },
    }),
  ];
}

/** The other kinds show at their destination. */
function needsOfAlerts({ openAlerts }: Overview): Need[] {
  return openAlerts.flatMap(({ kind, accountId, detail, openedAt }): Need[] => {
    if (kind === "event_quarantined")
      return [
        need("broken", "Workers died five times in a row during one event", {
          sentence: "The event is set aside, and the others get through.",
          since: openedAt,
          link: { href: eventPath(detail), label: "See the event" },
        }),
      ];
    if (kind === "meta_counted_none")
      return [
        need("broken", `Meta answered 200 to account ${accountId} and counted nothing`, {
          sentence: "The dataset may be the wrong one.",
          since: openedAt,
          link: { href: destinationPath(accountId), label: "Go to the account" },
        }),
      ];
    return [];
  });
}

const STALE_MS = 5 * 60_000;

function needsOfCounting({ countedUntil }: Overview, now: Date): Need[] {
  if (countedUntil === null)
    return [
      need("look", "The figures have not been counted yet", { sentence: "A worker counts them every 15 seconds." }),
    ];
  if (now.getTime() - countedUntil.getTime() < STALE_MS) return [];
  return [
    need("broken", "No worker has counted these figures for more than 5 minutes", {
      sentence: "Nothing is sent while no worker runs. Check that one does.",
      since: countedUntil,
    }),
  ];
}

function together(amounts: readonly AtRisk[]): AtRisk {
  const sums = new Map<string, number>();
  for (const { currency, value } of amounts.flatMap(({ values }): readonly Money[] => values))
    sums.set(currency, (sums.get(currency) ?? 0) + value);
  return {
    count: amounts.reduce((sum, { count }) => sum + count, 0),
    values: [...sums].map(([currency, value]) => ({ currency, value })),
  };
}
