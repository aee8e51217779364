import type { Person } from "./people.ts";
import type { Ending, Foretold, Identity, PlannedConversion } from "./planned-conversion.ts";

/** The names every dataset takes, in the order of a sale. */
const FIVE_NAMES = ["ViewContent", "LeadSubmitted", "AddToCart", "InitiateCheckout", "Purchase"] as const;

const MONEY_NAMES: readonly string[] = ["Purchase", "InitiateCheckout"];

export interface SceneRules {
  readonly scene: string;
  /** Begins every event id of the scene. */
  readonly prefix: string;
  readonly people: readonly Person[];
  readonly perPerson: number;
  readonly identity: Identity | ((person: Person, at: number) => Identity);
  readonly names?: readonly string[];
  readonly foretell: (person: Person, eventName: string) => Foretold;
  readonly secondsAgo?: (at: number) => number | undefined;
  readonly inMilliseconds?: boolean;
  readonly testCode?: string;
}

/** Every person of the scene reports `perPerson` conversions, the names taking turns. */
export function planScene({ people, perPerson, ...rules }: SceneRules): PlannedConversion[] {
  const names = rules.names ?? FIVE_NAMES;
  return people.flatMap((person, personAt) =>
    Array.from({ length: perPerson }, (_, turn) => {
      const at = personAt * perPerson + turn;
      const eventName = names[at % names.length] ?? FIVE_NAMES[0];
      const secondsAgo = rules.secondsAgo?.(at);
      return {
        scene: rules.scene,
        shop: person.shop,
        person,
        identity: typeof rules.identity === "function" ? rules.identity(person, at) : rules.identity,
        eventId: `${rules.prefix}-${at + 1}:${eventName}`,
        eventName,
        value: MONEY_NAMES.includes(eventName) ? 10 + (at % 90) + 0.9 : null,
        foretold: rules.foretell(person, eventName),
        ...(secondsAgo === undefined ? {} : { secondsAgo }),
        ...(rules.inMilliseconds === undefined ? {} : { inMilliseconds: rules.inMilliseconds }),
        ...(rules.testCode === undefined ? {} : { testCode: rules.testCode }),
      };
    }),
  );
}

/** The person's newest click, told to Meta. */
export function delivered(
  person: Person,
  matchedBy: NonNullable<Ending["matchedBy"]>,
  more: Pick<Ending, "afterRetries"> = {},
): Foretold {
  const newest = person.clicks.toSorted((a, b) => a.hoursAgo - b.hoursAgo)[0];
  if (!newest?.ctwaClid) throw new Error("nothing is delivered for somebody without a click");
  return {
    answer: "accepted",
    ending: { status: "delivered", reason: null, matchedBy, ctwaClid: newest.ctwaClid, ...more },
  };
}

/** Kept from Meta, or refused by it. */
export function endsAs(status: Ending["status"], reason: NonNullable<Ending["reason"]>): Foretold {
  return { answer: "accepted", ending: { status, reason, ctwaClid: null } };
}
