import type { ConversionList, ConversionListQuery } from "@capi-relay/contract";
import { deliveryKey } from "@capi-relay/domain";
import {
  type Account,
  type AccountStore,
  ALL_EVENTS,
  type EventFilter,
  type EventList,
  type ListedEvent,
  QueryTooSlow,
} from "@capi-relay/storage";
import { ApiProblem } from "../api-problem.ts";
import { readCursor, writeCursor } from "./list-cursor.ts";
import { listedConversion } from "./listed-conversion.ts";

export interface ListPorts {
  readonly eventList: Pick<EventList, "page">;
  readonly accounts: { find(id: string): Promise<Account | null> };
  readonly accountStore: Pick<AccountStore, "list">;
  /** What makes a cursor ours. */
  readonly cursorKey: Uint8Array;
}

/**
 * A page of the conversions that fit, newest acceptance first.
 * @param callersAccounts What the caller may see; null for everything.
 */
export async function listConversions(
  query: ConversionListQuery,
  callersAccounts: readonly string[] | null,
  ports: ListPorts,
): Promise<ConversionList> {
  const { cursor, limit, ...asked } = query;
  const list = JSON.stringify([asked, callersAccounts]);
  const after = cursor === undefined ? null : readCursor(cursor, list, ports.cursorKey);
  const filter = await filterOf(query, callersAccounts, ports);
  // One more than is shown tells whether there is another page.
  const found = await pageOf(filter, after, limit + 1, ports);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    events: shown.map(listedConversion),
    nextCursor: last === undefined ? null : writeCursor(last, list, ports.cursorKey),
  };
}

async function filterOf(
  query: ConversionListQuery,
  callersAccounts: readonly string[] | null,
  ports: ListPorts,
): Promise<EventFilter> {
  const accountIds =
    query.accountId === undefined ? callersAccounts : [await own(query.accountId, callersAccounts, ports)];
  return {
    ...ALL_EVENTS,
    ids: query.eventId === undefined ? null : idsOf(query.eventId, accountIds ?? (await allAccounts(ports))),
    accountIds,
    statuses: [...new Set(query.status)],
    reason: query.reason ?? null,
    eventName: query.eventName ?? null,
    acceptedFrom: query.acceptedFrom ?? null,
    acceptedTo: query.acceptedTo ?? null,
  };
}

/** Somebody else's account and one that does not exist are told apart for nobody. */
async function own(accountId: string, callersAccounts: readonly string[] | null, { accounts }: ListPorts) {
  const isForeign = callersAccounts?.includes(accountId) === false;
  if (isForeign || (await accounts.find(accountId)) === null)
    throw new ApiProblem("account_not_found", undefined, "accountId");
  return accountId;
}

async function allAccounts({ accountStore }: ListPorts): Promise<string[]> {
  return (await accountStore.list()).map(({ id }) => id);
}

/** An event's id follows from the caller's: finding it needs no index. A real event and its test are two. */
function idsOf(eventId: string, accountIds: readonly string[]): string[] {
  return accountIds.flatMap((accountId) => [
    deliveryKey({ accountId, eventId }),
    deliveryKey({ accountId, eventId, testCode: "any" }),
  ]);
}

async function pageOf(
  filter: EventFilter,
  after: ReturnType<typeof readCursor> | null,
  limit: number,
  { eventList }: ListPorts,
): Promise<ListedEvent[]> {
  try {
    return await eventList.page(filter, after, limit);
  } catch (error) {
    throw error instanceof QueryTooSlow ? new ApiProblem("list_too_wide") : error;
  }
}
