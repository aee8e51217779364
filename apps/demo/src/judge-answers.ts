import type { Mismatch } from "./mismatch.ts";
import { identityOf } from "./planned-conversion.ts";
import type { Posted } from "./play-conversions.ts";
import type { Scenario } from "./scenario.ts";

/**
 * What the door answered to the reports of each conversion, whatever their order: of two reports in the same moment
 * either may be the first.
 */
export function judgeAnswers({ conversions, repeats }: Scenario, posted: readonly Posted[]): Mismatch[] {
  const foretold = new Map<string, string[]>();
  const got = new Map<string, string[]>();
  for (const planned of conversions) {
    const { foretold: fate } = planned;
    add(foretold, identityOf(planned), fate.answer === "invalid" ? `invalid (${fate.code})` : fate.answer);
  }
  for (const { of, answer } of repeats) add(foretold, identityOf(of), answer);
  for (const { planned, answer, code } of posted) {
    const told = answer === "invalid" || answer === "other" ? `${answer} (${code})` : answer;
    add(got, identityOf(planned), told);
  }
  return [...foretold].flatMap(([eventId, answers]) => {
    const wanted = spell(answers);
    const seen = spell(got.get(eventId) ?? []);
    return wanted === seen ? [] : [{ eventId, foretold: `answered ${wanted}`, got: seen || "no answer" }];
  });
}

const spell = (answers: readonly string[]) => answers.toSorted().join(" + ");

function add(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
