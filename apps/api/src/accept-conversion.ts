import { type ConversionReceipt, ConversionRequest } from "@capi-relay/contract";
import type { Dispatcher } from "@capi-relay/dispatch";
import { differencesWorthAWarning, judgeIntake, samePayload } from "@capi-relay/domain";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { ApiProblem, asSentence, parseInput } from "./api-problem.ts";
import { type EventMaking, newEvent } from "./new-event.ts";

export interface IntakePorts {
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly dispatcher: Pick<Dispatcher, "accept">;
  readonly making: EventMaking;
  readonly now: () => Date;
}

/** Takes one conversion in: parse, judge, store, queue. Resolving without a duplicate is our promise to deliver or explain. */
export async function acceptConversion(body: unknown, ports: IntakePorts): Promise<ConversionReceipt> {
  const request = parseInput(ConversionRequest, body);
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
