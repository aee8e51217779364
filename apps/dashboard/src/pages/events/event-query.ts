import { EventReason, EventStatus } from "@capi-relay/contract";
import { ALL_EVENTS, type EventFilter, type EventPosition, runsByEnding } from "@capi-relay/storage";
import { z } from "zod";
import { beginOf, beginText, endOf, endText, TIME_MISTAKE, TimeText } from "./time-text.ts";

/** What the address of a list says. */
export interface EventQuery {
  readonly filter: EventFilter;
  readonly after: EventPosition | null;
  /** What could not be understood and is left out, one sentence each. */
  readonly mistakes: readonly string[];
}

const Text = z.string().max(128);

/** Reads the address of a list. Empty fields of a form mean nothing; what makes no sense is named and left out. */
export function readEventQuery(query: unknown): EventQuery {
  const fields = fieldsOf(query);
  const mistakes: string[] = [];
  const read = <Value>(name: string, schema: z.ZodType<Value>, mistake: string): Value | null => {
    const [text = ""] = fields.get(name) ?? [];
    if (text === "") return null;
    const parsed = schema.safeParse(text);
    if (!parsed.success) mistakes.push(`${name}: ${mistake}`);
    return parsed.data ?? null;
  };
  const statuses = (fields.get("status") ?? [])
    .flatMap((text) => text.split(BETWEEN_STATUSES))
    .filter((text) => text !== "")
    .map((text) => EventStatus.safeParse(text));
  if (statuses.some(({ success }) => !success)) mistakes.push("status: choose one of the list.");
  const begins = (name: string) => {
    const text = read(name, TimeText, TIME_MISTAKE);
    return text === null ? null : beginOf(text);
  };
  const ends = (name: string) => {
    const text = read(name, TimeText, TIME_MISTAKE);
    return text === null ? null : endOf(text);
  };
  const account = read("account", Text, "choose one of the list.");
  const filter: EventFilter = {
    ...ALL_EVENTS,
    statuses: statuses.flatMap(({ data }) => (data === undefined ? [] : [data])),
    accountIds: account === null ? null : [account],
    reason: read("reason", EventReason, "choose one of the list."),
    eventName: read("name", Text, "write an event name such as Purchase."),
    acceptedFrom: begins("from"),
    acceptedTo: ends("to"),
    endedFrom: begins("ended_from"),
    endedTo: ends("ended_to"),
    withoutTests: read("tests", z.literal("out"), "choose one of the list.") !== null,
  };
  const after = read("after", Position, "this address is incomplete; the list begins with the newest event.");
  return { filter, after, mistakes };
}

const BETWEEN_STATUSES = ",";

/** Several statuses as one value: a choice of a form has no more, and no script that could make two of it. */
export function statusText(statuses: readonly EventStatus[]): string {
  return statuses.join(BETWEEN_STATUSES);
}

/** Where in a list a page begins, as it stands in an address. */
const Position = z
  .string()
  .regex(/^[0-9]{1,15}\.[A-Za-z0-9_-]{1,64}$/)
  .transform((text): EventPosition => {
    const [time = "", id = ""] = text.split(".");
    // Of whichever time the list runs by.
    return { acceptedAt: new Date(Number(time)), endedAt: new Date(Number(time)), id };
  });

export function eventsPath(filter: Partial<EventFilter>, after: EventPosition | null = null): string {
  return `/events${queryOf(filter, after)}`;
}

export function exportPath(filter: Partial<EventFilter>): string {
  return `/events.csv${queryOf(filter, null)}`;
}

/** A filter as the query of an address. */
export function queryOf(filter: Partial<EventFilter>, after: EventPosition | null): string {
  const { statuses = [], accountIds = null, reason = null, eventName = null, withoutTests = false } = filter;
  const { acceptedFrom = null, acceptedTo = null, endedFrom = null, endedTo = null } = filter;
  const fields: [string, string | null][] = [
    ["account", accountIds?.[0] ?? null],
    ...statuses.map((status): [string, string] => ["status", status]),
    ["reason", reason],
    ["name", eventName],
    ["from", beginText(acceptedFrom)],
    ["to", endText(acceptedTo)],
    ["ended_from", beginText(endedFrom)],
    ["ended_to", endText(endedTo)],
    ["tests", withoutTests ? "out" : null],
    ["after", after === null ? null : placeOf(after, runsByEnding({ endedFrom, endedTo }))],
  ];
  const given = fields.filter((field): field is [string, string] => field[1] !== null);
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

function placeOf({ acceptedAt, endedAt, id }: EventPosition, isByEnding: boolean): string {
  return `${((isByEnding ? endedAt : null) ?? acceptedAt).getTime()}.${id}`;
}

function fieldsOf(query: unknown): Map<string, string[]> {
  const entries = query instanceof URLSearchParams ? [...query] : Object.entries(query ?? {});
  const fields = new Map<string, string[]>();
  for (const [name, value] of entries) {
    const texts = [value].flat().filter((text): text is string => typeof text === "string");
    fields.set(name, [...(fields.get(name) ?? []), ...texts]);
  }
  return fields;
}
