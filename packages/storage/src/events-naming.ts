import type { mongo } from "mongoose";
import type { ContactTraces } from "./contact-traces.ts";
import type { EventRow } from "./event-row.ts";
import { storing } from "./storage-error.ts";

type Events = mongo.Collection<EventRow>;
type Filter = mongo.Filter<EventRow>;

const PRIMARY = { readPreference: "primary" } as const;
/**
 * Events read by one command: an account of millions must not make one that takes longer than a connection waits for
 * it.
 */
const READ_AT_A_TIME = 5_000;
/** Ids handed out at once. */
const GIVEN_AT_A_TIME = 1_000;
/**
 * An event may wait 7 days for its click, so one that was credited to a click came at most that long before it. One day
 * more, because an imported click has the time its importer says.
 */
const BEFORE_FIRST_CLICK_MS = 8 * 24 * 60 * 60 * 1_000;

/**
 * The ids of an account's events that name a contact, in portions; an event may come twice. Those that name it by a key
 * of its own are found by the index of that key. A click id and another spelling of a number have no index: it would
 * cost events a write for what is asked once in a while. For those the account's own events are walked, from the newest
 * on.
 */
export async function* eventsNaming(
  events: Events,
  accountId: string,
  traces: ContactTraces,
): AsyncGenerator<string[], void> {
  for (const [index, filter] of byItsKeys(traces)) {
    const ids = await idsOf(events, { accountId, ...filter }, index);
    for (let next = 0; next < ids.length; next += GIVEN_AT_A_TIME) yield ids.slice(next, next + GIVEN_AT_A_TIME);
  }
  const since = walkedSince(traces);
  if (since !== null) yield* walk(events, accountId, since, byOtherTraces(traces));
}

/** One query for each index; former numbers one by one, because each was the contact's up to another moment. */
function byItsKeys({ conversationId, bsuidKeys, phoneKeys, formerPhones }: ContactTraces): [string, Filter][] {
  const oneOf = (keys: readonly string[]) => ({ $in: [...keys] });
  return [
    ["by_contact_conversationId", { "contact.conversationId": conversationId }],
    ...(bsuidKeys.length === 0
      ? []
      : [["by_contact_bsuidKey", { "contact.bsuidKey": oneOf(bsuidKeys) }] satisfies [string, Filter]]),
    ...(phoneKeys.length === 0
      ? []
      : [["by_contact_phoneKey", { "contact.phoneKey": oneOf(phoneKeys) }] satisfies [string, Filter]]),
    ...formerPhones.map(({ phoneKey, until }): [string, Filter] => [
      "by_contact_phoneKey",
      { "contact.phoneKey": phoneKey, acceptedAt: { $lt: until } },
    ]),
  ];
}

function byOtherTraces({ conversationId, phoneKeys, formerPhones, ctwaClids }: ContactTraces): Filter[] {
  return [
    { "click.conversationId": conversationId },
    { "contact.ctwaClid": { $in: [...ctwaClids] } },
    { "click.ctwaClid": { $in: [...ctwaClids] } },
    { "contact.phoneVariantKeys": { $in: [...phoneKeys] } },
    ...formerPhones.map(({ phoneKey, until }) => ({
      "contact.phoneVariantKeys": phoneKey,
      acceptedAt: { $lt: until },
    })),
  ];
}

/**
 * Null when nothing has to be walked. Somebody may have used another spelling of their number long before any click.
 */
function walkedSince({ phoneKeys, formerPhones, firstClickAt }: ContactTraces): Date | null {
  if (phoneKeys.length > 0 || formerPhones.length > 0) return new Date(0);
  return firstClickAt === null ? null : new Date(firstClickAt.getTime() - BEFORE_FIRST_CLICK_MS);
}

async function* walk(
  events: Events,
  accountId: string,
  since: Date,
  alternatives: Filter[],
): AsyncGenerator<string[], void> {
  for (let before: Date | null = null; ; ) {
    const accepted: { $gte: Date; $lt?: Date } = { $gte: since, ...(before === null ? {} : { $lt: before }) };
    const from = await acceptanceAfter(events, accountId, accepted);
    const portion = { accountId, acceptedAt: { ...accepted, ...(from === null ? {} : { $gte: from }) } };
    const ids = await idsOf(events, { ...portion, $or: alternatives }, "listed_by_account");
    if (ids.length > 0) yield ids;
    if (from === null) return;
    before = from;
  }
}

/** Where a portion ends, read from the keys alone; null when what is left makes no more than one. */
async function acceptanceAfter(events: Events, accountId: string, acceptedAt: object): Promise<Date | null> {
  const [row] = await storing(() =>
    events
      .find({ accountId, acceptedAt }, { ...PRIMARY, projection: { _id: 0, acceptedAt: 1 }, hint: "listed_by_account" })
      .sort({ acceptedAt: -1 })
      .skip(READ_AT_A_TIME)
      .limit(1)
      .toArray(),
  );
  return row === undefined ? null : row.acceptedAt;
}

/**
 * The index is named, because MongoDB might as well walk everything of the account, or keep a guess it made for
 * another.
 */
async function idsOf(events: Events, filter: Filter, hint: string): Promise<string[]> {
  const rows = await storing(() => events.find(filter, { ...PRIMARY, projection: { _id: 1 }, hint }).toArray());
  return rows.map((row) => row._id);
}
