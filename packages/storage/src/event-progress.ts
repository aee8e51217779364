import type { EventRow } from "./event-row.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** As much of an event as tells whether it has ended, and how. */
export interface Progress extends Pick<EventRow, "status" | "reason" | "sandbox"> {
  readonly attempts: readonly Pick<EventRow["attempts"][number], "traceId" | "code" | "subcode">[];
}

const PROJECTION = {
  status: 1,
  reason: 1,
  sandbox: 1,
  "attempts.traceId": 1,
  "attempts.code": 1,
  "attempts.subcode": 1,
} as const;

/** Looks how far events have come, without opening anything that is sealed. */
export class EventProgress {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /** How far each of them has come, by id, in one command; those that do not exist are left out. */
  async look(ids: readonly string[]): Promise<ReadonlyMap<string, Progress>> {
    const rows = await storing(() =>
      this.#mongo.native.events
        .find({ _id: { $in: [...ids] } }, { projection: PROJECTION, readPreference: "primary" })
        .toArray(),
    );
    return new Map(rows.map(({ _id, ...progress }) => [_id, progress]));
  }
}
