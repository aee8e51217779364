import type { EventReason, EventStatus } from "@capi-relay/contract";
import type { SampleShop } from "./sample-shops.ts";
import type { SeededRandom } from "./seeded-random.ts";

interface SampleAttempt {
  readonly startedAt: Date;
  readonly httpStatus: number | null;
  readonly code: number | null;
  readonly subcode: number | null;
}

/** What became of an event. Never `queued`, `retry_scheduled` or `sending`: from those a worker would send it. */
export interface SampleEnding {
  readonly status: Exclude<EventStatus, "queued" | "retry_scheduled" | "sending">;
  readonly reason: EventReason | null;
  readonly endedAt: Date | null;
  readonly dueAt: Date;
  readonly hasClick: boolean;
  readonly attempts: readonly SampleAttempt[];
}

export interface SampleSituation {
  readonly shop: SampleShop;
  readonly eventName: string;
  readonly acceptedAt: Date;
  readonly expiresAt: Date;
  readonly now: Date;
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How the event fared: first what the shop's trouble of that day makes of it, else the usual mix. */
export function sampleEnding(situation: SampleSituation, random: SeededRandom): SampleEnding {
  return endingInTrouble(situation, random) ?? usualEnding(situation, random);
}

function endingInTrouble(situation: SampleSituation, random: SeededRandom): SampleEnding | null {
  const { shop, acceptedAt, now } = situation;
  const { trouble } = shop;
  if (trouble.kind === "none" || trouble.kind === "nothing_open") return null;
  const daysAgo = (now.getTime() - acceptedAt.getTime()) / DAY_MS;
  if (daysAgo > trouble.from || daysAgo < trouble.until) return null;
  switch (trouble.kind) {
    case "dead_token": {
      const mended = new Date(now.getTime() - trouble.until * DAY_MS);
      return trouble.until === 0
        ? resting("held", "meta_token_invalid", situation)
        : delivered(new Date(mended.getTime() + random.whole(10, 900) * SECOND_MS));
    }
    case "refused_name":
      return situation.eventName === "ViewContent"
        ? refused("rejected", "meta_invalid_event_type", 100, 2_804_066, situation, random)
        : null;
    case "clicks_lost":
      return random.chance(0.7) ? withoutClick(situation) : null;
  }
}

function usualEnding(situation: SampleSituation, random: SeededRandom): SampleEnding {
  const kind = random.weighted([
    [8_700, "delivered"],
    [150, "delivered_late"],
    [550, "no_click"],
    [210, "window"],
    [150, "click_unknown"],
    [60, "currency"],
    [50, "exhausted"],
    [30, "expired"],
    [40, "cancelled"],
    [25, "ambiguous"],
    [8, "unknown"],
  ]);
  const { acceptedAt, now, expiresAt } = situation;
  const soon = within(new Date(acceptedAt.getTime() + random.whole(40, 4_000)), now);
  switch (kind) {
    case "delivered":
      return delivered(soon);
    case "delivered_late":
      return deliveredAfterRetries(situation, random);
    case "no_click":
      return withoutClick(situation);
    case "window":
      return ended("skipped", "click_window_expired", soon, true);
    case "ambiguous":
      return ended("skipped", "ambiguous_contact", soon, false);
    case "cancelled":
      return ended("cancelled", "cancelled_by_caller", soon, true);
    case "click_unknown":
      return refused("rejected", "meta_click_unknown", 100, 2_804_087, situation, random);
    case "currency":
      return refused("rejected", "meta_currency_unsupported", 100, 2_804_011, situation, random);
    case "exhausted":
      return expiresAt < now
        ? { ...refused("failed", "retries_exhausted", 2, null, situation, random), endedAt: expiresAt }
        : delivered(soon);
    case "expired":
      return expiresAt < now ? ended("expired", "event_time_window_passed", expiresAt, true) : delivered(soon);
    case "unknown":
      if (situation.shop.trouble.kind === "nothing_open") return delivered(soon);
      return { ...resting("outcome_unknown", "no_clear_answer", situation), attempts: [unanswered(soon)] };
  }
}

/** Waits for two days, then goes without. */
function withoutClick(situation: SampleSituation): SampleEnding {
  const givesUpAt = new Date(situation.acceptedAt.getTime() + 2 * DAY_MS);
  if (givesUpAt < situation.now) return ended("skipped", "no_ctwa_clid", givesUpAt, false);
  return { ...resting("waiting_click", "no_click_yet", situation), dueAt: givesUpAt, hasClick: false };
}

function deliveredAfterRetries({ acceptedAt, now }: SampleSituation, random: SeededRandom): SampleEnding {
  const first = within(new Date(acceptedAt.getTime() + SECOND_MS), now);
  const last = within(new Date(acceptedAt.getTime() + random.whole(5, 7_200) * SECOND_MS), now);
  const failure = { startedAt: first, httpStatus: 500, code: 2, subcode: null };
  const ending = delivered(last);
  return { ...ending, attempts: [failure, ...ending.attempts] };
}

function delivered(endedAt: Date): SampleEnding {
  return {
    ...ended("delivered", null, endedAt, true),
    attempts: [{ startedAt: new Date(endedAt.getTime() - 30), httpStatus: 200, code: null, subcode: null }],
  };
}

function refused(
  status: "rejected" | "failed",
  reason: EventReason,
  code: number,
  subcode: number | null,
  { acceptedAt, now }: SampleSituation,
  random: SeededRandom,
): SampleEnding {
  const endedAt = within(new Date(acceptedAt.getTime() + random.whole(60, 3_000)), now);
  const attempt = { startedAt: new Date(endedAt.getTime() - 30), httpStatus: 400, code, subcode };
  return { ...ended(status, reason, endedAt, true), attempts: [attempt] };
}

function ended(
  status: SampleEnding["status"],
  reason: EventReason | null,
  endedAt: Date,
  hasClick: boolean,
): SampleEnding {
  return { status, reason, endedAt, dueAt: endedAt, hasClick, attempts: [] };
}

function resting(
  status: "held" | "waiting_click" | "outcome_unknown",
  reason: EventReason,
  { acceptedAt, expiresAt, now }: SampleSituation,
): SampleEnding {
  // Only a person ends a doubt; whatever else rests ends with Meta's window.
  if (expiresAt < now && status !== "outcome_unknown")
    return ended("expired", "event_time_window_passed", expiresAt, true);
  return {
    status,
    reason,
    endedAt: null,
    dueAt: new Date(acceptedAt.getTime() + HOUR_MS),
    hasClick: true,
    attempts: [],
  };
}

function unanswered(startedAt: Date): SampleAttempt {
  return { startedAt, httpStatus: null, code: null, subcode: null };
}

function within(moment: Date, now: Date): Date {
  return moment < now ? moment : now;
}
