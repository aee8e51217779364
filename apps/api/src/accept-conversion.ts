import type { ConversionReceipt, ConversionRequest } from "@capi-relay/contract";
import type { Dispatcher } from "@capi-relay/dispatch";
import { differencesWorthAWarning, judgeIntake, samePayload } from "@capi-relay/domain";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { ApiProblem, asSentence } from "./api-problem.ts";
import { type EventMaking, newEvent } from "./new-event.ts";
import type { ProblemCode } from "./problems.ts";

export interface IntakePorts {
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly dispatcher: Pick<Dispatcher, "accept">;
  readonly making: EventMaking;
  readonly now: () => Date;
}

/** What refuses a conversion that is well-formed in itself. */
export const INTAKE_PROBLEMS = [
  "contact_required",
  "value_required",
  "currency_required",
  "account_not_found",
  "event_name_refused",
  "event_name_not_allowed",
  "event_name_switched_off",
  "event_time_in_milliseconds",
  "event_time_in_future",
  "event_time_too_old",
  "event_id_conflict",
] as const satisfies readonly ProblemCode[];

/** Takes one conversion in: judge, store, queue. Resolving without a duplicate is our promise to deliver or explain. */
export async function acceptConversion(request: ConversionRequest, ports: IntakePorts): Promise<ConversionReceipt> {
  const account = await ports.accounts.find(request.accountId);
  if (account === null) throw new ApiProblem("account_not_found", undefined, "accountId");

  const now = ports.now();
  const judged = judgeIntake(request, account, now);
  if (!judged.ok) {
    const { code, message, param } = judged.problem;
    throw new ApiProblem(code, asSentence(message, param), param);
  }

  if (account.switchedOffEventNames.includes(judged.eventName)) {
    throw new ApiProblem("event_name_switched_off", undefined, "eventName");
  }

  const event = newEvent(request, judged, now, ports.making);
  const accepted = await ports.dispatcher.accept(event);
  if (accepted.kind === "stored") return receipt(event, false, judged.warnings);

  const first = accepted.event;
  if (!samePayload(comparable(first), comparable(event)))
    throw new ApiProblem("event_id_conflict", undefined, "eventId");
  return receipt(first, true, [...judged.warnings, ...differencesWorthAWarning(first, event)]);
}

function comparable({ fingerprint, eventTimeGiven, eventTime }: LedgerEvent) {
  return { fingerprint, eventTimeGiven: eventTimeGiven ? eventTime : null };
}

function receipt(event: LedgerEvent, duplicate: boolean, warnings: readonly string[]): ConversionReceipt {
  const { id, eventId, status, expiresAt } = event;
  return {
    id,
    eventId,
    status,
    duplicate,
    expiresAt: expiresAt.toISOString(),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}
