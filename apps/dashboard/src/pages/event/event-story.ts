import { type AttemptTrigger, EVENT_REASONS } from "@capi-relay/contract";
import type { Attempt, ChosenClick } from "@capi-relay/domain";
import type { AuditEntry, LedgerEvent } from "@capi-relay/storage";
import { STATUS_NAMES } from "../events/status-mark.ts";

/** One thing that happened to an event. */
export interface StoryStep {
  /** Null for what has no moment of its own. */
  readonly at: Date | null;
  readonly tone: "good" | "bad" | "quiet";
  readonly title: string;
  readonly lines: readonly string[];
  /** Meta's trace id, to copy. */
  readonly traceId: string | null;
}

const HOUR_MS = 3_600_000;

/** What became of an event, oldest first: what the ledger and the audit know, in one line of time. */
export function storyOf(event: LedgerEvent, audit: readonly AuditEntry[]): StoryStep[] {
  const later = [...event.attempts.map(attemptStep), ...audit.map(auditStep)].sort(
    (one, other) => (one.at?.getTime() ?? 0) - (other.at?.getTime() ?? 0),
  );
  return [...clickSteps(event.click), acceptedStep(event), ...later, ...endingSteps(event)];
}

function acceptedStep({ acceptedAt, eventTime }: LedgerEvent): StoryStep {
  const late = acceptedAt.getTime() - eventTime.getTime();
  const lines = late > HOUR_MS ? [`${Math.round(late / HOUR_MS)} hours after the conversion happened.`] : [];
  return step(acceptedAt, "quiet", "Taken in from the order system", lines);
}

const FOUND_BY: Readonly<Record<ChosenClick["matchedBy"], string>> = {
  conversation_id: "The order system named the conversation.",
  bsuid: "The contact was found by the business-scoped user id.",
  phone: "The contact was found by the phone number, exactly as it was given.",
  phone_variant: "The contact was found by another spelling of the phone number, as its country allows.",
  request: "The order system sent the click id itself.",
};

function clickSteps(click: ChosenClick | null): StoryStep[] {
  if (click === null) return [];
  const ad = click.adId === null ? [] : [`Ad ${click.adId}.`];
  const why =
    click.clickedAt === null ? [] : ["It is the newest click of the contact that came before the conversion."];
  return [step(click.clickedAt, "quiet", "The ad click it is credited to", [FOUND_BY[click.matchedBy], ...why, ...ad])];
}

const TRIGGERS: Readonly<Record<AttemptTrigger, string>> = {
  scheduled: "",
  manual: ", because a person asked",
  recovery: ", after a worker was interrupted",
};

function attemptStep(attempt: Attempt): StoryStep {
  const { number, trigger, startedAt, durationMs, batchSize, httpStatus, code, subcode, outcome, reason } = attempt;
  const answer = httpStatus === null ? "No answer" : `HTTP ${httpStatus}`;
  const codes = [code === null ? [] : [`code ${code}`], subcode === null ? [] : [`subcode ${subcode}`]].flat();
  // Who takes over from a worker that died does not know with how many others the event was sent.
  const together =
    reason === "worker_interrupted"
      ? []
      : [batchSize === 1 ? "alone in its request" : `in a request of ${batchSize} events`];
  return {
    at: startedAt,
    tone: outcome === "delivered" ? "good" : "bad",
    title: `Attempt ${number}${TRIGGERS[trigger]}: ${STATUS_NAMES[outcome].toLowerCase()}`,
    lines: [
      `${[answer, ...codes, ...together].join(", ")}, after ${Math.round(durationMs)} ms.`,
      ...(reason === null ? [] : [EVENT_REASONS[reason].happened]),
      ...(attempt.mayHaveArrived ? ["It may have arrived at Meta all the same."] : []),
    ],
    traceId: attempt.traceId,
  };
}

const DONE: Partial<Record<AuditEntry["action"], string>> = {
  event_retried: "had it sent again",
  event_corrected: "corrected it and had it sent again",
  event_cancelled: "cancelled it",
  event_resolved: "decided what became of it",
};

function auditStep({ at, who, action, detail }: AuditEntry): StoryStep {
  return step(at, "quiet", `${who} ${DONE[action] ?? action.replaceAll("_", " ")}`, detail === "" ? [] : [detail]);
}

function endingSteps({ endedAt, status, reason, attempts }: LedgerEvent): StoryStep[] {
  if (endedAt === null) return [];
  const isSaid = reason === null || attempts.at(-1)?.reason === reason;
  const tone = status === "delivered" ? "good" : status === "skipped" || status === "cancelled" ? "quiet" : "bad";
  return [
    step(endedAt, tone, `Ended: ${STATUS_NAMES[status].toLowerCase()}`, isSaid ? [] : [EVENT_REASONS[reason].happened]),
  ];
}

function step(at: Date | null, tone: StoryStep["tone"], title: string, lines: readonly string[]): StoryStep {
  return { at, tone, title, lines, traceId: null };
}
