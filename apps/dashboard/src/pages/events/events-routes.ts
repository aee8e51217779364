import type { Readable } from "node:stream";
import type { FoundEvents } from "@capi-relay/insight";
import { ALL_EVENTS, type EventFilter, type EventPosition } from "@capi-relay/storage";
import type { FastifyInstance } from "fastify";
import { type AccountNamePorts, accountNames } from "../../account-names.ts";
import type { Audit } from "../../audit.ts";
import { eventPath } from "../../event-path.ts";
import { formOf } from "../../form-bodies.ts";
import type { ShowPage } from "../../frame/page.ts";
import { readerOf } from "../../reader/reader.ts";
import { readEventQuery } from "./event-query.ts";
import { eventsPage, foundPage } from "./events-page.ts";

export interface EventsPagePorts extends AccountNamePorts {
  /** A page of a list; of what fits the text too, unless it is empty. */
  readonly findEvents: (
    text: string,
    filter: EventFilter,
    after: EventPosition | null,
    limit: number,
  ) => Promise<FoundEvents>;
  readonly exportEvents: (filter: EventFilter) => Readable;
  readonly show: ShowPage;
  readonly noteInLog: Audit;
}

const PER_PAGE = 50;
const MAX_FOUND = 200;
const DIGITS = /^[0-9]+$/;
const AROUND_DIGITS = /[\s+()[\]-]/g;
/** A million events take their time, and whoever waits sees the file grow. */
const EXPORT_TIMEOUT_MS = 30 * 60_000;

/** The list of events, the search, and the list as a file. */
export function eventsRoutes(app: FastifyInstance, ports: EventsPagePorts): void {
  const { findEvents, exportEvents, show, noteInLog } = ports;

  app.get("/events", async (request, reply) => {
    const query = readEventQuery(request.query);
    const [found, accounts] = await Promise.all([
      findEvents("", query.filter, query.after, PER_PAGE),
      accountNames(ports),
    ]);
    const body = eventsPage({ query, found, accounts }, readerOf(request));
    return show(reply, { title: "Events", current: "/events", body });
  });

  app.post("/events/search", async (request, reply) => {
    const text = formOf(request).get("text") ?? "";
    const found = text.trim() === "" ? NOTHING : await findEvents(text, ALL_EVENTS, null, MAX_FOUND);
    const [only, another] = found.events;
    if (only !== undefined && another === undefined) return reply.redirect(eventPath(only.id), 303);
    const isNumber = DIGITS.test(text.replace(AROUND_DIGITS, ""));
    const body = foundPage({ found, accounts: await accountNames(ports), isNumber }, readerOf(request));
    return show(reply, { title: "Found events", current: "/events", body });
  });

  app.get("/events.csv", { handlerTimeout: EXPORT_TIMEOUT_MS }, async (request, reply) => {
    const { filter, mistakes } = readEventQuery(request.query);
    // A file of more than was meant is found out too late; the list says what was not understood.
    if (mistakes.length > 0) return reply.redirect(request.url.replace("/events.csv", "/events"), 303);
    noteInLog(request, { action: "events_exported", outcome: "done" });
    return reply
      .type("text/csv; charset=utf-8")
      .header("content-disposition", 'attachment; filename="events.csv"')
      .send(exportEvents(filter));
  });
}

const NOTHING: FoundEvents = { events: [], next: null, isInOrder: true };
