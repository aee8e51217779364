import { ALL_EVENTS, type BulkDecisionFilter, type EventFilter, runsByEnding } from "@capi-relay/storage";
import { z } from "zod";
import { queryOf, readEventQuery } from "../events/event-query.ts";

/** What the address, or a form, of a bulk decision says. */
export interface DecisionQuery {
  readonly filter: BulkDecisionFilter;
  /** When somebody saw how many there were; null where nobody has yet. */
  readonly doubtedBefore: Date | null;
  /** What could not be understood and is left out, one sentence each. */
  readonly mistakes: readonly string[];
}

const Moment = z.iso.datetime();

/** Reads a filter of the list, with what only a decision narrows by: the moment at which the events were sent. */
export function readDecisionQuery(fields: unknown): DecisionQuery {
  const { filter, mistakes } = readEventQuery(fields);
  const [sent, before] = [momentIn(fields, "sent"), momentIn(fields, "before")];
  return {
    filter: { ...doubtsOf(filter), sentAt: sent.moment },
    doubtedBefore: before.moment,
    mistakes: [...mistakes, ...sent.mistakes, ...before.mistakes],
  };
}

function momentIn(fields: unknown, name: string): { moment: Date | null; mistakes: readonly string[] } {
  const given = fields instanceof URLSearchParams ? fields.get(name) : Object(fields)[name];
  if (given === undefined || given === null || given === "") return { moment: null, mistakes: [] };
  const parsed = Moment.safeParse(given);
  if (!parsed.success) return { moment: null, mistakes: [`${name}: this address is incomplete.`] };
  return { moment: new Date(parsed.data), mistakes: [] };
}

/** The events in doubt of a list. */
export function doubtsOf({ accountIds, ...filter }: EventFilter): BulkDecisionFilter {
  const { reason, eventName, acceptedFrom, acceptedTo, withoutTests } = filter;
  const accountId = accountIds?.[0] ?? null;
  return { accountId, reason, eventName, acceptedFrom, acceptedTo, sentAt: null, withoutTests };
}

/** The fields of an address or a form, so that nothing is asked about other events than were seen. */
export function decisionFields(filter: Partial<BulkDecisionFilter>): [name: string, value: string][] {
  const { sentAt = null } = filter;
  const fields = [...new URLSearchParams(queryOf(listFilterOf(filter), null))];
  return sentAt === null ? fields : [...fields, ["sent", sentAt.toISOString()]];
}

/** The page that shows what a decision would be about. */
export function bulkDecisionPath(filter: Partial<BulkDecisionFilter>): string {
  return `/bulk-decision/plan?${new URLSearchParams(decisionFields(filter))}`;
}

/** The same events as a list; of those that were sent at one moment, the list shows others too. */
export function listFilterOf({ accountId = null, ...filter }: Partial<BulkDecisionFilter>): EventFilter {
  const { reason = null, eventName = null, acceptedFrom = null, acceptedTo = null, withoutTests = false } = filter;
  const accountIds = accountId === null ? null : [accountId];
  return { ...ALL_EVENTS, accountIds, reason, eventName, acceptedFrom, acceptedTo, withoutTests };
}

/** False for a list of which a bulk decision decides nothing: it is not offered there. */
export function mayBeDecided(filter: EventFilter): boolean {
  return filter.statuses.includes("outcome_unknown") && !runsByEnding(filter);
}
