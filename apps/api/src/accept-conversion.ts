import type { ConversionReceipt, ConversionRequest } from "@capi-relay/contract";
import type { Dispatcher } from "@capi-relay/dispatch";
import { deliveryKey } from "@capi-relay/domain";
import type { Account, EventLedger, LedgerEvent } from "@capi-relay/storage";
import type { ConflictWatch } from "./access/conflict-limits.ts";
import type { IntakeWatch } from "./intake-tally.ts";
import { compareReports, type JudgedConversion, judgeConversion, type Report } from "./judge-conversion.ts";
import type { EventMaking } from "./new-event.ts";
import type { ProblemCode } from "./problems.ts";

export interface IntakePorts {
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly dispatcher: Pick<Dispatcher, "accept">;
  readonly ledger: Pick<EventLedger, "findConfirmed">;
  readonly making: EventMaking;
  /** Told what came in, and what did not. */
  readonly intake: IntakeWatch;
  /** The caller's: whoever guesses about other people's conversions is slowed down. */
  readonly conflicts: ConflictWatch;
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
export async function acceptConversion(
  request: ConversionRequest,
  ports: IntakePorts,
  origin: "order_system" | "automatic_events" = "order_system",
): Promise<ConversionReceipt> {
  const account = await ports.accounts.find(request.accountId);
  const judged = judgeConversion(request, account, ports.now(), ports.making);
  if (judged.kind === "refused") return answerKnown(request, judged, ports);

  const { warnings } = judged;
  const event: LedgerEvent = origin === "automatic_events" ? { ...judged.event, automatic: true } : judged.event;
  const accepted = await ports.dispatcher.accept(event);
  if (accepted.kind === "existing") return answerRepeat(accepted.event, { event, warnings }, ports);
  ports.intake.accepted(event.eventName);
  return receipt(event, false, warnings);
}

/** What would not be taken any more may have been taken long ago: its repeat is as harmless as any other. */
async function answerKnown(
  request: ConversionRequest,
  { problem, asRepeatOf }: Extract<JudgedConversion, { kind: "refused" }>,
  ports: IntakePorts,
): Promise<ConversionReceipt> {
  const first = asRepeatOf === null ? null : await ports.ledger.findConfirmed(deliveryKey(request));
  if (asRepeatOf === null || first === null) throw problem;
  return answerRepeat(first, asRepeatOf(first), ports);
}

function answerRepeat(first: LedgerEvent, { event, warnings }: Report, ports: IntakePorts): ConversionReceipt {
  // Asked only now: of the guesses of one batch all are on their way before the first is answered.
  const refusal = ports.conflicts.refusal(first.id);
  if (refusal !== null) throw refusal;
  const repeat = compareReports(first, event);
  if (repeat.kind === "conflict") {
    ports.conflicts.conflicted(event.id);
    throw repeat.problem;
  }
  ports.intake.duplicate(event.accountId, event.eventName);
  return receipt(first, true, [...warnings, ...repeat.warnings]);
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
