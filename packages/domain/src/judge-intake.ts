import { type ConversionRequest, DOCUMENTED_EVENT_NAMES } from "@capi-relay/contract";
import { expiresAt, isPastDeadline, MAX_EVENT_LEAD_MS } from "./event-deadline.ts";
import { type EventNameRules, judgeEventName, nameForMeta } from "./judge-event-name.ts";

/** Seconds reach this number in the year 5138; milliseconds passed it in 1973. */
const LARGEST_PLAUSIBLE_SECONDS = 1e11;

/**
 * An event from the future goes out this long after its moment: a worker may start a job one second early, Meta's clock
 * may run a little behind ours, and a time ahead of Meta's is refused (2804004).
 */
const CLOCK_MARGIN_MS = 2_000;

export interface IntakeProblem {
  readonly code:
    | "event_name_refused"
    | "event_name_not_allowed"
    | "value_required"
    | "currency_required"
    | "event_time_in_milliseconds"
    | "event_time_in_future"
    | "event_time_too_old";
  readonly param: "eventName" | "value" | "currency" | "eventTime";
  /** A sentence for the caller; holds nothing of the request but names we know. */
  readonly message: string;
}

/** What an event is made of besides its request. */
export interface AcceptedIntake {
  readonly ok: true;
  /** The name that goes to Meta. */
  readonly eventName: string;
  /** In whole seconds, as Meta takes it. */
  readonly eventTime: Date;
  /** False when the request had no time and `now` stands in. */
  readonly eventTimeGiven: boolean;
  readonly dueAt: Date;
  readonly expiresAt: Date;
  readonly warnings: string[];
}

export type IntakeJudgement = AcceptedIntake | { readonly ok: false; readonly problem: IntakeProblem };

/**
 * The rules of a request that need the account or the clock; those that need neither are in the contract's schema. The
 * first problem found is told: the name first, because everything else depends on it.
 */
export function judgeIntake(request: ConversionRequest, account: EventNameRules, now: Date): IntakeJudgement {
  const name = judgeEventName(request.eventName, account);
  if (!name.ok) return refuse(name.code, "eventName", name.message);

  // The contract asked this of a request that said Purchase; a Purchase reached through an alias is asked here.
  if (name.eventName === "Purchase") {
    const isPriced = request.value !== undefined && request.value > 0;
    if (!isPriced) return refuse("value_required", "value", "a Purchase needs value, a number greater than 0");
    if (request.currency === undefined) {
      return refuse("currency_required", "currency", "a Purchase needs currency, an ISO 4217 code such as BRL");
    }
  }

  const timeProblem = request.eventTime === undefined ? null : judgeEventTime(request.eventTime, now);
  if (timeProblem !== null) return { ok: false, problem: timeProblem };

  const warnings = name.aliasOf === null ? [] : [`${name.aliasOf} is sent as ${name.eventName}: this account maps it.`];
  return { ok: true, eventName: name.eventName, ...timesOf(request, now), warnings };
}

const REFUSED_ONCE_TAKEN: readonly string[] = [
  "event_name_not_allowed",
  "event_name_switched_off",
  "event_time_in_future",
  "event_time_too_old",
];

/**
 * True for what the clock or the account's settings refuse: another day, or before they were changed, the very same
 * request may have been taken. All other refusals blame the request, and one for a name that Meta is known to refuse
 * says what to send instead: whoever sends that has to hear it, whatever the id.
 */
export function mayHaveBeenTakenBefore(code: string): boolean {
  return REFUSED_ONCE_TAKEN.includes(code);
}

const NAME_READ_AS_FIRST =
  "eventName is none that this account takes now; it is read as that of the first request with this eventId.";

/**
 * What a request that is refused today says as a repeat of a first report: under the name the account has for its name.
 * Where Meta takes no such name, only an alias that is gone can have brought it in, and which name that stood for the
 * first report tells.
 */
export function judgeAsRepeat(
  request: ConversionRequest,
  account: EventNameRules,
  first: { readonly eventName: string },
  now: Date,
): AcceptedIntake {
  const name = nameForMeta(request.eventName, account);
  const isMetas = DOCUMENTED_EVENT_NAMES.some((documented) => documented === name);
  return {
    ok: true,
    eventName: isMetas ? name : first.eventName,
    ...timesOf(request, now),
    warnings: isMetas ? [] : [NAME_READ_AS_FIRST],
  };
}

function timesOf(
  request: ConversionRequest,
  now: Date,
): Pick<AcceptedIntake, "eventTime" | "eventTimeGiven" | "dueAt" | "expiresAt"> {
  const eventTime = new Date((request.eventTime ?? Math.floor(now.getTime() / 1000)) * 1000);
  return {
    eventTime,
    eventTimeGiven: request.eventTime !== undefined,
    dueAt: eventTime <= now ? now : new Date(eventTime.getTime() + CLOCK_MARGIN_MS),
    expiresAt: expiresAt(eventTime),
  };
}

/** `seconds` is a whole number of Unix seconds, if the caller got the unit right. */
function judgeEventTime(seconds: number, now: Date): IntakeProblem | null {
  const problem = (code: IntakeProblem["code"], message: string): IntakeProblem => ({
    code,
    param: "eventTime",
    message,
  });
  if (seconds > LARGEST_PLAUSIBLE_SECONDS) {
    return problem("event_time_in_milliseconds", "eventTime must be whole Unix seconds, but looks like milliseconds");
  }
  const eventTime = new Date(seconds * 1000);
  if (eventTime.getTime() > now.getTime() + MAX_EVENT_LEAD_MS) {
    return problem("event_time_in_future", "eventTime is more than 60 seconds ahead; check the clock that made it");
  }
  if (isPastDeadline(expiresAt(eventTime), now)) {
    return problem(
      "event_time_too_old",
      "eventTime is too long ago: Meta takes no event older than 7 days, of which 5 minutes are kept for sending",
    );
  }
  return null;
}

function refuse(code: IntakeProblem["code"], param: IntakeProblem["param"], message: string): IntakeJudgement {
  return { ok: false, problem: { code, param, message } };
}
