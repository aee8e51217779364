import { z } from "zod";

/** Places where a test may let a process die. They say what has just happened, or is about to. */
const FAULT_POINTS = [
  "after_claim",
  "before_send",
  "after_send",
  "before_record",
  "after_record",
  "after_insert",
  "after_add",
] as const;
export type FaultPointName = (typeof FAULT_POINTS)[number];

export interface FaultOrder {
  readonly name: FaultPointName;
  /** 1 dies when the point is reached for the first time. */
  readonly nth: number;
}

const EXPECTED = `must be one of ${FAULT_POINTS.join(", ")}, with :2 behind it to let the first pass`;

/** The variable `FAULT_POINT`: `after_claim`, or `after_claim:3` for the third time it is reached. */
export const faultPointSetting = z
  .string(EXPECTED)
  .regex(new RegExp(`^(?:${FAULT_POINTS.join("|")})(?::[1-9][0-9]{0,6})?$`), EXPECTED)
  .transform((text): FaultOrder => {
    const [name, nth = "1"] = text.split(":");
    return { name: name as FaultPointName, nth: Number(nth) };
  })
  .optional();

/** For `readConfig`: whoever arms a fault point in production has made a mistake. */
export function noFaultsInProduction(config: {
  readonly NODE_ENV: string;
  readonly FAULT_POINT?: FaultOrder | undefined;
}): string | null {
  return config.NODE_ENV !== "production" || config.FAULT_POINT === undefined
    ? null
    : "FAULT_POINT lets this process die on purpose and is for tests; leave it out in production.";
}

type MethodsOf<Thing> = {
  [Name in keyof Thing]: Thing[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Thing];

/**
 * Lets the process die at one of its fault points. Without an order nothing is touched, so an idle fault point costs
 * nothing: the calls it would stand around are the plain ones.
 */
export class FaultPoints {
  readonly #order: FaultOrder | undefined;
  readonly #die: () => unknown;
  #reached = 0;

  constructor(order: FaultOrder | undefined, die: () => unknown = () => process.kill(process.pid, "SIGKILL")) {
    this.#order = order;
    this.#die = die;
  }

  /** Dies if this is the point and the time that was ordered. */
  reach(name: FaultPointName): void {
    if (this.#order?.name !== name) return;
    this.#reached += 1;
    if (this.#reached === this.#order.nth) this.#die();
  }

  /** Puts fault points before and after every call of one method of `thing`; `after` counts calls that succeeded. */
  around<Thing extends object>(
    thing: Thing,
    method: MethodsOf<Thing>,
    { before, after }: { readonly before?: FaultPointName; readonly after?: FaultPointName },
  ): void {
    const name = this.#order?.name;
    if (name === undefined || (name !== before && name !== after)) return;
    const plain = thing[method] as (...args: unknown[]) => Promise<unknown>;
    const withPoints = async (...args: unknown[]) => {
      if (before !== undefined) this.reach(before);
      const answer = await plain.apply(thing, args);
      if (after !== undefined) this.reach(after);
      return answer;
    };
    Object.defineProperty(thing, method, { value: withPoints });
  }
}
