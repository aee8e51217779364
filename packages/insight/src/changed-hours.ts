import { ENDED, type MongoConnection, storing } from "@capi-relay/storage";
import { endOf, HOUR_MS, startOf, startsIn, type TimeRange } from "./time-span.ts";

const PRIMARY = { readPreference: "primary" } as const;
/** A part of the connections, for a history of thousands of hours. */
const LOOKS_AT_A_TIME = 12;

/**
 * Hours of the range in which something was accepted or ended; both are found by one look into an index each.
 */
export async function busyHours(mongo: MongoConnection, range: TimeRange): Promise<Date[]> {
  const busy: Date[] = [];
  const hours = startsIn("hour", range);
  for (let next = 0; next < hours.length; next += LOOKS_AT_A_TIME) {
    const looks = hours.slice(next, next + LOOKS_AT_A_TIME).map(async (start) => {
      const within = { $gte: new Date(Math.max(start.getTime(), range.from.getTime())), $lt: endOf("hour", start) };
      const [accepted, ended] = [{ acceptedAt: within }, { ...ENDED, endedAt: within }];
      return (await isThere(mongo, accepted)) || (await isThere(mongo, ended)) ? [start] : [];
    });
    busy.push(...(await Promise.all(looks)).flat());
  }
  return busy;
}

/**
 * Hours that count differently because events have left their endings since `since`: the hours of those endings, and of
 * the acceptance, since a redrive may have corrected what was accepted.
 */
export async function hoursLeft(mongo: MongoConnection, since: Date): Promise<Date[]> {
  const hourOf = (date: string) => ({ $dateTrunc: { date, unit: "hour" } });
  const groups = await storing(() =>
    mongo.native.events
      .aggregate<{ _id: { accepted: Date; left: Date } }>(
        [
          { $match: { "leftEndings.at": { $gte: since } } },
          { $unwind: "$leftEndings" },
          { $match: { "leftEndings.at": { $gte: since } } },
          { $group: { _id: { accepted: hourOf("$acceptedAt"), left: hourOf("$leftEndings.endedAt") } } },
        ],
        PRIMARY,
      )
      .toArray(),
  );
  return groups.flatMap(({ _id }) => [_id.accepted, _id.left]);
}

/** The hour of the first event of all; null for an empty ledger. An event never ends before it was accepted. */
export async function firstHour(mongo: MongoConnection): Promise<Date | null> {
  const [first] = await storing(() =>
    mongo.native.events
      .find({}, { ...PRIMARY, projection: { acceptedAt: 1 } })
      .sort({ acceptedAt: 1, _id: 1 })
      .limit(1)
      .toArray(),
  );
  return first === undefined ? null : startOf("hour", first.acceptedAt);
}

/** A clock may be ahead of ours, so a look goes an hour beyond now. */
export function untilNow(from: Date, now: Date): TimeRange {
  return { from, until: new Date(now.getTime() + HOUR_MS) };
}

async function isThere(mongo: MongoConnection, filter: object): Promise<boolean> {
  const found = await storing(() => mongo.native.events.findOne(filter, { ...PRIMARY, projection: { _id: 1 } }));
  return found !== null;
}
