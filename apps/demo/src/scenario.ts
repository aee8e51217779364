import { ACCEPTED_PLANS } from "./plan-accepted.ts";
import { INVALID_PLANS } from "./plan-invalid.ts";
import { planRepeats } from "./plan-repeats.ts";
import type { PlannedConversion, PlannedRepeat } from "./planned-conversion.ts";

export interface Scenario {
  /** 1,000 distinct conversions: those taken in and those refused at the door. */
  readonly conversions: readonly PlannedConversion[];
  readonly repeats: readonly PlannedRepeat[];
}

/** Everything that is going to happen, and how each piece of it ends. */
export function buildScenario(): Scenario {
  const conversions = [...ACCEPTED_PLANS, ...INVALID_PLANS].flatMap((plan) => plan());
  return { conversions, repeats: planRepeats(conversions) };
}
