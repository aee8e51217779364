import { type Ending, identityOf, type PlannedConversion, type PlannedRepeat } from "./planned-conversion.ts";

const COUNTS = [
  { answer: "duplicate", when: "at_once", count: 30 },
  { answer: "duplicate", when: "later", count: 30 },
  { answer: "conflict", when: "later", count: 25 },
] as const;

/** Shares no factor with the number of conversions, so that it meets every scene and nobody twice. */
const STEP = 11;

/** Repeats from all over the scenario, no conversion repeated twice. */
export function planRepeats(conversions: readonly PlannedConversion[]): readonly PlannedRepeat[] {
  const accepted = conversions.filter(
    ({ foretold }) => foretold.answer === "accepted" && isTakenAgain(foretold.ending),
  );
  const kinds = COUNTS.flatMap(({ count, ...kind }) => Array.from({ length: count }, () => kind));
  const repeats = kinds.flatMap((kind, at): PlannedRepeat[] => {
    const of = accepted[(at * STEP) % accepted.length];
    return of === undefined ? [] : [{ of, ...kind }];
  });
  if (new Set(repeats.map(({ of }) => identityOf(of))).size !== kinds.length) throw new Error("the repeats overlap");
  return repeats;
}

/**
 * A name that Meta refuses is switched off some time during the play, and from then on refused at the door, repeats
 * too.
 */
function isTakenAgain({ reason }: Ending): boolean {
  return reason !== "meta_invalid_event_type";
}
