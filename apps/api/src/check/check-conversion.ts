import type { ConversionCheck, ConversionRequest } from "@capi-relay/contract";
import {
  ATTRIBUTION_WINDOW_MS,
  type ChosenClick,
  chooseClick,
  contactKeys,
  deliveryKey,
  type Foresight,
  foreseeTurn,
  MAX_EVENT_LEAD_MS,
} from "@capi-relay/domain";
import type { Account, ConversationStore, EventLedger, LedgerEvent } from "@capi-relay/storage";
import type { ConflictWatch } from "../access/conflict-limits.ts";
import type { ApiProblem } from "../api-problem.ts";
import { chosenClickView } from "../conversion-story.ts";
import {
  type ComparedReports,
  compareReports,
  type JudgedConversion,
  judgeConversion,
  type Report,
} from "../judge-conversion.ts";
import type { EventMaking } from "../new-event.ts";
import { destinationView } from "./destination-view.ts";
import { eventNameView } from "./event-name-view.ts";
import { verdictOf } from "./verdict.ts";

export interface CheckPorts {
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly ledger: Pick<EventLedger, "find">;
  readonly conversations: Pick<ConversationStore, "findForContacts">;
  readonly making: EventMaking;
  /** The caller's. */
  readonly conflicts: ConflictWatch;
  readonly now: () => Date;
}

/**
 * What would become of a conversion if it were sent now. Judged by the very functions that take conversions in and
 * deliver them; nothing is stored and nothing sent.
 */
export async function checkConversion(request: ConversionRequest, ports: CheckPorts): Promise<ConversionCheck> {
  const account = await ports.accounts.find(request.accountId);
  const now = ports.now();
  const judged = judgeConversion(request, account, now, ports.making);
  const { first, report } = await reportsOf(request, judged, ports);
  const event = report?.event ?? null;
  const repeat = event === null || first === null ? null : compareSlowly(first, event, ports.conflicts);
  const problem = judged.kind === "refused" && first === null ? judged.problem : problemOf(repeat);

  const choice = account === null ? null : await chooseClickFor(request, event, account, now, ports);
  const click = choice !== null && "click" in choice ? choice.click : null;
  const foresight =
    account === null || choice === null || event === null || first !== null
      ? null
      : foreseeTurn(event, account, choice);

  return {
    wouldAccept: problem === null,
    verdict: verdictOf({ event, problem, first, foresight }),
    firstTurn: firstTurnOf(foresight),
    problems: problem === null ? [] : problem.details,
    warnings: [...(report?.warnings ?? []), ...(repeat?.kind === "repeat" ? repeat.warnings : [])],
    duplicate: first === null || repeat === null ? null : duplicateOf(first, repeat),
    click: click === null ? null : chosenClickView(click),
    clickWindow: clickWindowOf(click, eventTimeOf(request, event, now)),
    eventTimeWindow:
      event === null
        ? null
        : { expiresAt: event.expiresAt.toISOString(), secondsLeft: secondsBetween(now, event.expiresAt) },
    eventName: eventNameView(request.eventName, account),
    destination: account === null ? null : destinationView(account, now),
  };
}

/**
 * The first report with the same id, if there is one, and this one as it is compared with that; null if it is refused.
 */
async function reportsOf(
  request: ConversionRequest,
  judged: JudgedConversion,
  { ledger }: CheckPorts,
): Promise<{ first: LedgerEvent | null; report: Report | null }> {
  const asRepeatOf = judged.kind === "fit" ? () => judged : judged.asRepeatOf;
  const first = asRepeatOf === null ? null : await ledger.find(deliveryKey(request));
  if (asRepeatOf !== null && first !== null) return { first, report: asRepeatOf(first) };
  return { first: null, report: judged.kind === "fit" ? judged : null };
}

/** A check would otherwise tell as fast as one likes whether a guess is right. */
function compareSlowly(first: LedgerEvent, event: LedgerEvent, conflicts: ConflictWatch): ComparedReports {
  const refusal = conflicts.refusal(first.id);
  if (refusal !== null) throw refusal;
  const compared = compareReports(first, event);
  if (compared.kind === "conflict") conflicts.conflicted(first.id);
  return compared;
}

/** The worker's choice of a click, also for a request that would be refused: it may be refused for something small. */
async function chooseClickFor(
  request: ConversionRequest,
  event: LedgerEvent | null,
  account: Account,
  now: Date,
  { conversations, making }: CheckPorts,
) {
  const contact = event?.contact ?? contactKeys(request, making.lookupKeys);
  const candidates = await conversations.findForContacts([{ ...contact, wabaId: account.wabaId }]);
  return chooseClick({ contact, eventTime: eventTimeOf(request, event, now) ?? now }, candidates, account);
}

/** Null for a time that lies ahead, as milliseconds do: nothing can be counted from it. */
function eventTimeOf({ eventTime }: ConversionRequest, event: LedgerEvent | null, now: Date): Date | null {
  if (event !== null) return event.eventTime;
  if (eventTime === undefined) return now;
  const latest = now.getTime() + MAX_EVENT_LEAD_MS;
  return eventTime * 1_000 > latest ? null : new Date(eventTime * 1_000);
}

function clickWindowOf(click: ChosenClick | null, eventTime: Date | null): ConversionCheck["clickWindow"] {
  if (click === null || click.clickedAt === null || eventTime === null) return null;
  const endsAt = new Date(click.clickedAt.getTime() + ATTRIBUTION_WINDOW_MS);
  return { endsAt: endsAt.toISOString(), secondsLeft: secondsBetween(eventTime, endsAt) };
}

function duplicateOf({ id, status }: LedgerEvent, repeat: ComparedReports): ConversionCheck["duplicate"] {
  const differs = repeat.kind === "conflict" ? repeat.differs : [];
  return { id, status, samePayload: repeat.kind === "repeat", differs };
}

function firstTurnOf(foresight: Foresight | null): ConversionCheck["firstTurn"] {
  if (foresight === null) return null;
  if (foresight.kind === "leaves") return { status: "sending", reason: null };
  return { status: foresight.outcome.status, reason: foresight.outcome.reason };
}

function problemOf(repeat: ComparedReports | null): ApiProblem | null {
  return repeat?.kind === "conflict" ? repeat.problem : null;
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1_000));
}
