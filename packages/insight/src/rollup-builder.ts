import {
  isDuplicateKey,
  type MongoConnection,
  type RollupProgressRow,
  type RollupRow,
  storing,
} from "@capi-relay/storage";
import { busyHours, firstHour, hoursLeft, untilNow } from "./changed-hours.ts";
import { type HourTally, recountHours } from "./recount.ts";
import { keysWithin, rollupKey } from "./rollup-key.ts";
import { EMPTY_TALLY, sumTallies, type Tally } from "./tally.ts";
import { endOf, rangesOfHours, type SpanKind, startOf, startsIn, type TimeRange } from "./time-span.ts";

/**
 * Changes are looked for this far behind the last look: rows become visible up to half a minute after the moment they
 * bear, and clocks of machines differ. Milliseconds.
 */
const OVERLAP_MS = 5 * 60_000;
/** Raised when more is counted than before: what an earlier version has counted is then counted anew. */
const VERSION = 2;

export interface Folded {
  /** Hours counted anew. */
  readonly hours: number;
}

/**
 * Keeps the roll-ups true. Each fold finds the hours that changed since the last one and counts them anew, whole: a
 * crash in between, or a fold too many, can do no harm. Folds are numbered, and a row is only replaced by a later
 * number, so one that was held up overwrites nothing newer.
 */
export class RollupBuilder {
  readonly #mongo: MongoConnection;
  readonly #now: () => Date;

  constructor(mongo: MongoConnection, now: () => Date) {
    this.#mongo = mongo;
    this.#now = now;
  }

  /** Brings the roll-ups up to this moment. `goesOn` is asked between two days of history; what is done stays done. */
  async fold(goesOn: () => Promise<boolean> = async () => true): Promise<Folded> {
    const startedAt = this.#now();
    const { fold, seenUntil } = await this.#begin();
    const since = seenUntil === null ? await firstHour(this.#mongo) : new Date(seenUntil.getTime() - OVERLAP_MS);
    let hours = 0;
    if (since !== null) {
      const left = seenUntil === null ? [] : await hoursLeft(this.#mongo, since);
      const ranges = rangesOfHours([...left, ...(await busyHours(this.#mongo, untilNow(since, startedAt)))]);
      for (const range of ranges) {
        if (!(await goesOn())) return { hours };
        hours += await this.#recount(range, fold);
        // A long history need not be counted in one go.
        if (seenUntil === null && range.until < startedAt) await this.#finish(fold, range.until);
      }
    }
    await this.#finish(fold, startedAt);
    return { hours };
  }

  /** Forgets all that was counted: the next fold counts the whole ledger. */
  async startOver(): Promise<void> {
    const { fold } = await this.#begin();
    // Emptied, not deleted: a fold that was held up must meet a later number wherever it writes.
    await storing(() => this.#rollups.updateMany({}, { $set: { fold, ...EMPTY_TALLY } }));
    await storing(() => this.#progress.updateOne({ _id: "rollups" }, { $set: { seenUntil: null } }));
  }

  async #recount(range: TimeRange, fold: number): Promise<number> {
    const tallies = await recountHours(this.#mongo, range);
    const emptied = await this.#emptied(range, tallies);
    await this.#write("hour", [...tallies, ...emptied], fold);
    for (const day of startsIn("day", range)) await this.#sumDay(day, fold);
    return startsIn("hour", range).length;
  }

  async #sumDay(day: Date, fold: number): Promise<void> {
    const byAccount = new Map<string, Tally[]>();
    const keys = keysWithin("hour", { from: day, until: endOf("day", day) });
    for (const row of await storing(() => this.#rollups.find({ _id: keys }, PRIMARY).toArray()))
      byAccount.set(row.accountId, [...(byAccount.get(row.accountId) ?? []), ofDay(row)]);
    const tallies = [...byAccount].map(([accountId, each]) => ({ start: day, accountId, ...sumTallies(each) }));
    await this.#write("day", tallies, fold);
  }

  /** Accounts that have a row in these hours and nothing to count there any more. */
  async #emptied(range: TimeRange, tallies: readonly HourTally[]): Promise<HourTally[]> {
    const counted = new Set(tallies.map(({ start, accountId }) => rollupKey("hour", start, accountId)));
    const keys = keysWithin("hour", range);
    const projection = { start: 1, accountId: 1 };
    const rows = await storing(() => this.#rollups.find({ _id: keys }, { ...PRIMARY, projection }).toArray());
    return rows
      .filter(({ _id }) => !counted.has(_id))
      .map(({ start, accountId }) => ({ start, accountId, ...EMPTY_TALLY }));
  }

  async #write(kind: SpanKind, tallies: readonly HourTally[], fold: number): Promise<void> {
    if (tallies.length === 0) return;
    const operations = tallies.map((tally) => {
      const row: RollupRow = { _id: rollupKey(kind, tally.start, tally.accountId), fold, ...tally };
      return { replaceOne: { filter: { _id: row._id, fold: { $lte: fold } }, replacement: row, upsert: true } };
    });
    try {
      await storing(() => this.#rollups.bulkWrite(operations, { ordered: false }));
    } catch (error) {
      // A row of a later fold is there: it is newer than ours.
      if (!isDuplicateKey(error)) throw error;
    }
  }

  async #begin(): Promise<RollupProgressRow> {
    const row = await storing(() =>
      this.#progress.findOneAndUpdate(
        { _id: "rollups" },
        { $inc: { fold: 1 }, $setOnInsert: { seenUntil: null } },
        { upsert: true, returnDocument: "after" },
      ),
    );
    if (row === null) return { _id: "rollups", fold: 1, seenUntil: null };
    return row.version === VERSION ? row : { ...row, seenUntil: null };
  }

  async #finish(fold: number, seenUntil: Date): Promise<void> {
    // If another has begun meanwhile, it looks at all we looked at, and says itself how far it came.
    await storing(() => this.#progress.updateOne({ _id: "rollups", fold }, { $set: { seenUntil, version: VERSION } }));
  }

  get #rollups() {
    return this.#mongo.native.rollups;
  }

  get #progress() {
    return this.#mongo.native.rollupProgress;
  }
}

/** A day tells in which day a purchase was accepted: by the hour it would be as long as its hours together. */
function ofDay({ purchaseEndings = [], ...row }: RollupRow): Tally {
  const byDay = purchaseEndings.map((ending) => ({ ...ending, acceptedIn: startOf("day", ending.acceptedIn) }));
  return { ...row, purchaseEndings: byDay };
}

const PRIMARY = { readPreference: "primary" } as const;
