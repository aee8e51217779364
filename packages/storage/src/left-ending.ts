/** An ending that an event had and left again: it was redriven, or a late answer told better. */
export interface LeftEnding {
  /** When it was left, by MongoDB's clock. */
  readonly at: Date;
  readonly endedAt: Date;
}

/** A person redrives an event a few times; figures only ever look at the newest. */
const KEPT = 20;

/**
 * The stage of an update pipeline that notes the ending a row is about to leave, in the same write that leaves it:
 * whoever counts endings by hour finds the hours that have one less. To stand before the stage that sets `endedAt`; a
 * row that had not ended stays as it is.
 */
export const NOTE_LEFT_ENDING = {
  $set: {
    leftEndings: {
      $cond: [
        { $gt: ["$endedAt", null] },
        {
          $slice: [
            { $concatArrays: [{ $ifNull: ["$leftEndings", []] }, [{ at: "$$NOW", endedAt: "$endedAt" }]] },
            -KEPT,
          ],
        },
        { $ifNull: ["$leftEndings", "$$REMOVE"] },
      ],
    },
  },
} as const;

/** Values as constants: a pipeline would read a text that begins with `$` as the name of a field. */
export function asConstants(values: object): Record<string, { $literal: unknown }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { $literal: value }]));
}
