import { EVENT_REASONS, type EventStatus } from "@capi-relay/contract";
import { nationalPhoneVariants } from "@capi-relay/domain";
import type {
  EventClue,
  EventFilter,
  EventList,
  EventPosition,
  EventSearch,
  FoundIds,
  ListedEvent,
} from "@capi-relay/storage";

export interface FindEventsPorts {
  readonly list: Pick<EventList, "page">;
  readonly search: Pick<EventSearch, "idsFor">;
  /** The accounts whose events may be found. */
  readonly accounts: readonly { readonly id: string; readonly wabaId: string }[];
  /** The look-up value of a phone number: the number itself goes no further than this. */
  readonly phoneKeyOf: (digits: string) => string;
}

export interface FoundEvents {
  readonly events: readonly ListedEvent[];
  /** Where the next page begins; null after the last one. */
  readonly next: EventPosition | null;
  /** False when so many fit what was typed that newer ones may be missing. */
  readonly isInOrder: boolean;
}

/**
 * One page of events, newest first, that fit the filter and, unless it is empty, what a person typed: an event id, an
 * order id, a trace id of Meta or a phone number, whichever finds something.
 */
export async function findEvents(
  ports: FindEventsPorts,
  text: string,
  filter: EventFilter,
  after: EventPosition | null,
  limit: number,
): Promise<FoundEvents> {
  const { ids, isInOrder } =
    text.trim() === "" ? { ids: filter.ids, isInOrder: true } : await idsFor(text.trim(), ports);
  const statuses = statusesOf(filter);
  const events = await ports.list.page({ ...filter, ids, statuses }, after, limit + 1);
  const page = events.slice(0, limit);
  const last = page.at(-1);
  const next = events.length > limit && last !== undefined ? positionOf(last) : null;
  return { events: page, next, isInOrder };
}

function positionOf({ acceptedAt, endedAt, id }: ListedEvent): EventPosition {
  return { acceptedAt, endedAt, id };
}

/** A reason is found much sooner where it can be at all. */
function statusesOf({ statuses, reason }: EventFilter): readonly EventStatus[] {
  return statuses.length > 0 || reason === null ? statuses : [EVENT_REASONS[reason].status].flat();
}

async function idsFor(text: string, ports: FindEventsPorts): Promise<FoundIds> {
  const found = await Promise.all(cluesIn(text, ports).map((clue) => ports.search.idsFor(clue)));
  return {
    ids: [...new Set(found.flatMap(({ ids }) => ids))],
    isInOrder: found.every(({ isInOrder }) => isInOrder),
  };
}

const LEDGER_ID = /^e[A-Za-z0-9_-]{22}$/;
const EVENT_ID = /^[A-Za-z0-9._:#/+=-]{1,128}$/;
const TRACE_ID = /^[A-Za-z0-9_-]{8,64}$/;
const PHONE = /^\+?[0-9][0-9 ().-]*$/;
const MAX_TEXT = 128;

/** Everything that what was typed could be; digits alone may be an order as well as a phone number. */
function cluesIn(text: string, { accounts, phoneKeyOf }: Omit<FindEventsPorts, "list" | "search">): EventClue[] {
  if (text.length === 0 || text.length > MAX_TEXT) return [];
  const accountIds = accounts.map(({ id }) => id);
  const digits = PHONE.test(text) ? text.replace(/\D/g, "") : "";
  const isPhone = digits.length >= 7 && digits.length <= 15;
  const spellings = isPhone ? [digits, ...nationalPhoneVariants(digits)] : [];
  return [
    ...(LEDGER_ID.test(text) ? [{ kind: "id", id: text } as const] : []),
    ...(EVENT_ID.test(text) ? [{ kind: "event_id", eventId: text, accountIds } as const] : []),
    ...(TRACE_ID.test(text) ? [{ kind: "trace_id", traceId: text } as const] : []),
    { kind: "order_id", orderId: text },
    ...(isPhone
      ? [
          {
            kind: "phone",
            phoneKeys: spellings.map(phoneKeyOf),
            wabaIds: accounts.map(({ wabaId }) => wabaId),
          } as const,
        ]
      : []),
  ];
}
