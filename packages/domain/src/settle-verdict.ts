import { type EventReason, isTerminal } from "@capi-relay/contract";
import type { Attempt } from "./attempt.ts";
import type { ConversionEvent } from "./conversion-event.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";
import { isPastDeadline } from "./event-deadline.ts";
import type { GraphVerdict } from "./graph-verdict.ts";
import { retryDelayMs, throttleDelayMs } from "./retry-delay.ts";

/** Unknown errors of Meta (code 1) are often a misconfiguration in disguise: five tries tell. */
const MAX_CAPPED_TRIES = 5;

/**
 * A try that would come too late is made this long before the deadline instead, in milliseconds: better knock too soon
 * than not at all.
 */
const LAST_TRY_MS = 60_000;

/** How often an event that may have arrived is sent again by itself. Each time may count it twice at Meta. */
const MAX_RESENDS = 2;

/**
 * What to do with an event that may have arrived: one answer for all names, or one for each name (`resend` if unnamed).
 */
export type UnknownOutcomePolicy = "resend" | "hold" | Readonly<Record<string, "resend" | "hold">>;

export interface SettledVerdict {
  readonly outcome: DeliveryOutcome;
  /** False for throttling and pauses: they do not move the backoff on. */
  readonly spent: boolean;
  /** Of this try alone: Meta may hold the event although no clean answer said so. */
  readonly mayHaveArrived: boolean;
}

/**
 * What becomes of one event after a try.
 * @param event as it was before the try: `attempts` does not hold the try being settled.
 * @param policy whether an event that may have arrived is sent again or shown to a person.
 * @param jitter chance, in [0, 1), for the delay of a retry; `scale` shortens our own delays alike.
 */
export function outcomeOf(
  verdict: GraphVerdict,
  event: Pick<ConversionEvent, "attempts" | "expiresAt" | "eventName">,
  policy: { readonly unknownOutcome: UnknownOutcomePolicy },
  now: Date,
  jitter: number,
  scale: number,
): SettledVerdict {
  switch (verdict.kind) {
    case "delivered":
      return spent({ status: "delivered", reason: null });
    case "counted_none":
      return spent({ status: "rejected", reason: "meta_counted_none" });
    case "counted_partly":
      return mayHaveArrived({ status: "outcome_unknown", reason: "meta_partial_count" });
    case "reject":
      return spent({ status: "rejected", reason: verdict.reason });
    case "expire":
      return spent({ status: "expired", reason: "event_time_window_passed" });
    case "skip":
      return spent({ status: "skipped", reason: "no_ctwa_clid" });
    case "pause":
      return unspent({ status: "held", reason: verdict.reason });
    case "throttle":
      return unspent(afterThrottle(verdict.waitMs, event, now, scale));
    case "retry":
      return spent(afterRefusal(verdict, event, laterOf(nextTry(event, now, jitter, scale), now, verdict.waitMs), now));
    case "ambiguous":
      return mayHaveArrived(afterAmbiguity(event, policy, nextTry(event, now, jitter, scale)));
  }
}

/** An innocent neighbour goes again soon, and alone. Milliseconds. */
const NEIGHBOUR_DELAY_MS = 1_000;

/**
 * What becomes of one event of a request that was refused for one of its events, when nobody found out for which.
 * @param scale shortens the delay of its next try.
 */
export function outcomeOfNeighbour(
  { expiresAt }: Pick<ConversionEvent, "expiresAt">,
  now: Date,
  scale: number,
): SettledVerdict {
  const dueAt = new Date(now.getTime() + NEIGHBOUR_DELAY_MS * scale);
  if (isPastDeadline(expiresAt, dueAt)) return unspent({ status: "failed", reason: "retries_exhausted" });
  return unspent({ status: "retry_scheduled", reason: "neighbour_rejected", dueAt });
}

function afterThrottle(
  waitMs: number | null,
  { attempts, expiresAt }: Pick<ConversionEvent, "attempts" | "expiresAt">,
  now: Date,
  scale: number,
): DeliveryOutcome {
  const lastOther = attempts.findLastIndex(({ reason }) => reason !== "meta_throttled");
  const throttlesInARow = attempts.length - lastOther;
  const dueAt = inTime(new Date(now.getTime() + throttleDelayMs(throttlesInARow, waitMs, scale)), expiresAt, now);
  if (dueAt === null) return { status: "failed", reason: "retries_exhausted" };
  return { status: "retry_scheduled", reason: "meta_throttled", dueAt };
}

function afterRefusal(
  { reason, capped }: Extract<GraphVerdict, { kind: "retry" }>,
  { attempts, expiresAt }: Pick<ConversionEvent, "attempts" | "expiresAt">,
  wanted: Date,
  now: Date,
): DeliveryOutcome {
  const earlier = spentInThisLife(attempts).filter((attempt) => attempt.reason === reason).length;
  if (capped && earlier + 1 >= MAX_CAPPED_TRIES) return { status: "failed", reason: "meta_unknown_error" };
  const dueAt = inTime(wanted, expiresAt, now);
  if (dueAt === null) return { status: "failed", reason: "retries_exhausted" };
  return { status: "retry_scheduled", reason, dueAt };
}

function afterAmbiguity(
  event: Pick<ConversionEvent, "attempts" | "expiresAt" | "eventName">,
  policy: { readonly unknownOutcome: UnknownOutcomePolicy },
  dueAt: Date,
): DeliveryOutcome {
  const mayResend = mayBeResent(event, policy) && !isPastDeadline(event.expiresAt, dueAt);
  if (!mayResend) return { status: "outcome_unknown", reason: "no_clear_answer" };
  return { status: "retry_scheduled", reason: "no_clear_answer", dueAt };
}

/**
 * Whether an event that may have arrived is sent again by itself: if the account's policy for its name says so, and at
 * most twice over all its lives, unlike the backoff: what may already be counted at Meta stays there when a person
 * starts afresh.
 */
export function mayBeResent(
  { attempts, eventName }: Pick<ConversionEvent, "attempts" | "eventName">,
  account: { readonly unknownOutcome: UnknownOutcomePolicy },
): boolean {
  const resends = attempts.filter((attempt) => attempt.mayHaveArrived).length;
  return policyFor(eventName, account) === "resend" && resends < MAX_RESENDS;
}

/** What the account wants done with an event of this name that may have arrived. */
export function policyFor(
  eventName: string,
  { unknownOutcome }: { readonly unknownOutcome: UnknownOutcomePolicy },
): "resend" | "hold" {
  return typeof unknownOutcome === "string" ? unknownOutcome : (unknownOutcome[eventName] ?? "resend");
}

/** Whether a try since the event last ended, or was last decided about by a person, may have arrived. */
export function isInDoubt(attempts: readonly Attempt[]): boolean {
  return spentInThisLife(attempts).some((attempt) => attempt.mayHaveArrived);
}

/** Of tries that do not move the backoff on, those that Meta was asked to take the event in all the same. */
const UNSPENT_TRIES: readonly (EventReason | null)[] = ["meta_throttled", "neighbour_rejected"];

/** How an event ends when Meta's limit for its time comes before Meta took it: `failed` if it was ever tried. */
export function lostToTheDeadline({ attempts }: Pick<ConversionEvent, "attempts">): DeliveryOutcome {
  return attempts.some(({ spent, reason }) => spent || UNSPENT_TRIES.includes(reason))
    ? { status: "failed", reason: "retries_exhausted" }
    : { status: "expired", reason: "event_time_window_passed" };
}

function nextTry({ attempts }: Pick<ConversionEvent, "attempts">, now: Date, jitter: number, scale: number): Date {
  return new Date(now.getTime() + retryDelayMs(spentInThisLife(attempts).length + 1, jitter, scale));
}

/** The moment that is wanted, or one for a last try if that is too late; null when there is no time for that either. */
function inTime(wanted: Date, expiresAt: Date, now: Date): Date | null {
  if (!isPastDeadline(expiresAt, wanted)) return wanted;
  const last = new Date(expiresAt.getTime() - LAST_TRY_MS);
  return last > now ? last : null;
}

/** Meta's own time wins when it is the longer one; a short one is no licence to knock every second. */
function laterOf(ourTime: Date, now: Date, waitMs: number | null): Date {
  return new Date(Math.max(ourTime.getTime(), now.getTime() + (waitMs ?? 0)));
}

/** Tries since the event last ended: a redrive starts the backoff and the five tries afresh. */
function spentInThisLife(attempts: readonly Attempt[]): Attempt[] {
  const lastEnding = attempts.findLastIndex(({ outcome }) => isTerminal(outcome) || outcome === "outcome_unknown");
  return attempts.slice(lastEnding + 1).filter((attempt) => attempt.spent);
}

function spent(outcome: DeliveryOutcome): SettledVerdict {
  return { outcome, spent: true, mayHaveArrived: false };
}

function unspent(outcome: DeliveryOutcome): SettledVerdict {
  return { outcome, spent: false, mayHaveArrived: false };
}

function mayHaveArrived(outcome: DeliveryOutcome): SettledVerdict {
  return { outcome, spent: true, mayHaveArrived: true };
}
