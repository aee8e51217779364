import type { SeenStory } from "./follow-events.ts";
import { judgeAnswers } from "./judge-answers.ts";
import { judgeEndings } from "./judge-endings.ts";
import { judgeMeta, metaKeyOf } from "./judge-meta.ts";
import type { Mismatch } from "./mismatch.ts";
import { identityOf } from "./planned-conversion.ts";
import type { Posted } from "./play-conversions.ts";
import type { MetaSide } from "./read-meta.ts";
import type { Scenario } from "./scenario.ts";

/** Everything the demo saw. */
export interface Seen {
  readonly posted: readonly Posted[];
  /** By the event's id with us. */
  readonly stories: ReadonlyMap<string, SeenStory>;
  readonly meta: MetaSide;
}

/** One ending, and how often it was seen here and at Meta. */
export interface TallyRow {
  readonly status: string;
  readonly reason: string | null;
  readonly events: number;
  readonly foretold: number;
  readonly atMeta: number;
}

export interface Tally {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly invalid: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byReason: Readonly<Record<string, number>>;
  readonly meta: { readonly received: number; readonly duplicates: number };
  readonly rows: readonly TallyRow[];
  readonly mismatches: readonly Mismatch[];
}

/** Holds what was seen against what was foretold. */
export function tally(scenario: Scenario, seen: Seen): Tally {
  const idOf = new Map(seen.posted.flatMap(({ planned, id }) => (id === null ? [] : [[identityOf(planned), id]])));
  const endings = scenario.conversions.flatMap((planned) => {
    const id = idOf.get(identityOf(planned));
    return id === undefined ? [] : [{ planned, story: seen.stories.get(id) }];
  });
  const timesAtMeta = countBy(seen.meta.log.map((line) => metaKeyOf(line)));
  const answers = countBy(seen.posted.map(({ answer }) => answer));
  return {
    accepted: answers.get("accepted") ?? 0,
    duplicates: answers.get("duplicate") ?? 0,
    conflicts: answers.get("conflict") ?? 0,
    invalid: answers.get("invalid") ?? 0,
    byStatus: Object.fromEntries(countBy(endings.map(({ story }) => story?.status ?? "not_seen"))),
    byReason: Object.fromEntries(countBy(endings.flatMap(({ story }) => story?.reason ?? []))),
    meta: { received: seen.meta.counted, duplicates: seen.meta.log.length - timesAtMeta.size },
    rows: rowsOf(scenario, endings, timesAtMeta),
    mismatches: [
      ...judgeAnswers(scenario, seen.posted),
      ...judgeEndings(endings),
      ...judgeMeta(scenario, seen.meta, timesAtMeta),
    ],
  };
}

type SeenEnding = Parameters<typeof judgeEndings>[0][number];

function rowsOf(
  { conversions }: Scenario,
  endings: readonly SeenEnding[],
  timesAtMeta: ReadonlyMap<string, number>,
): TallyRow[] {
  const label = (status: string, reason: string | null) => JSON.stringify([status, reason]);
  const foretold = countBy(
    conversions.flatMap((planned) => {
      if (planned.foretold.answer !== "accepted") return [];
      const { status, reason } = planned.foretold.ending;
      return [label(status, reason)];
    }),
  );
  const labelled = endings.map(({ planned, story }) => ({
    label: story === undefined ? label("not seen", null) : label(story.status, story.reason),
    atMeta: timesAtMeta.get(metaKeyOf(planned)) ?? 0,
  }));
  const seen = countBy(labelled.map((one) => one.label));
  return [...new Set([...foretold.keys(), ...seen.keys()])]
    .map((key) => {
      const [status, reason]: [string, string | null] = JSON.parse(key);
      const atMeta = labelled.filter((one) => one.label === key).reduce((sum, one) => sum + one.atMeta, 0);
      return { status, reason, events: seen.get(key) ?? 0, foretold: foretold.get(key) ?? 0, atMeta };
    })
    .toSorted((a, b) => b.foretold - a.foretold || a.status.localeCompare(b.status));
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
