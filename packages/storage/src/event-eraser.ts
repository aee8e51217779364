import type { mongo } from "mongoose";
import type { ContactTraces } from "./contact-traces.ts";
import type { EventRow } from "./event-row.ts";
import { CANCELLABLE } from "./event-statuses.ts";
import { eventsNaming } from "./events-naming.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/**
 * Whoever it was, nobody can tell any more; keys and endings stay, so that nothing is ever sent again. Of a click its ad
 * and its time stay: they are those of many.
 */
const FORGET = [
  {
    $set: {
      "contact.conversationId": null,
      "contact.bsuidKey": null,
      "contact.phoneKey": null,
      "contact.phoneVariantKeys": [],
      "contact.ctwaClid": null,
      click: {
        $cond: [{ $gt: ["$click", null] }, { $mergeObjects: ["$click", { ctwaClid: "", conversationId: null }] }, null],
      },
      retained: false,
    },
  },
  { $unset: ["personal", "waitsFor"] },
];

/** Takes what points to a person out of the ledger: on request, or because its time is over. */
export class EventEraser {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /**
   * Erases a contact from every event of the account; those that have not been sent end as cancelled. An event on its
   * way may come back to go again, so the ids of those are returned: to be erased once more when they rest.
   */
  async eraseContact(accountId: string, traces: ContactTraces, now: Date): Promise<string[]> {
    const onTheirWay: string[] = [];
    for await (const ids of eventsNaming(this.#events, accountId, traces))
      onTheirWay.push(...(await this.eraseRested(ids, now)));
    return [...new Set(onTheirWay)];
  }

  /**
   * Erases these events and ends what would go again; returns the ids of those that are on their way, to be erased once
   * more.
   */
  async eraseRested(ids: readonly string[], now: Date): Promise<string[]> {
    const which = { _id: { $in: [...ids] } };
    await this.#cancel(which, now);
    // Also what came back from its way since: it goes again, and has to be cancelled then.
    const onTheirWay = await this.#idsOf({ ...which, status: { $in: ["sending", ...CANCELLABLE] } });
    await this.#erase(which);
    return onTheirWay;
  }

  /** Erases people from events that ended before `endedBefore`. Returns how many. */
  async eraseEnded(endedBefore: Date, limit: number): Promise<number> {
    const isOver = { retained: true, endedAt: { $gt: new Date(0), $lte: endedBefore } };
    const ids = await this.#idsOf(isOver, limit);
    // Asked again, because somebody may revive one meanwhile: erased it could not be sent.
    return ids.length === 0 ? 0 : this.#erase({ _id: { $in: ids }, ...isOver });
  }

  async #cancel(which: mongo.Filter<EventRow>, now: Date): Promise<void> {
    await storing(() =>
      this.#events.updateMany(
        { ...which, status: { $in: CANCELLABLE } },
        { $set: { status: "cancelled", reason: "contact_erased", endedAt: now } },
      ),
    );
  }

  async #idsOf(which: mongo.Filter<EventRow>, limit = 0): Promise<string[]> {
    const rows = await storing(() =>
      this.#events
        .find(which, { projection: { _id: 1 }, readPreference: "primary" })
        .limit(limit)
        .toArray(),
    );
    return rows.map((row) => row._id);
  }

  async #erase(which: mongo.Filter<EventRow>): Promise<number> {
    const { matchedCount } = await storing(() => this.#events.updateMany(which, FORGET));
    return matchedCount;
  }

  get #events() {
    return this.#mongo.native.events;
  }
}
