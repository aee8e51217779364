import { PEOPLE } from "./people.ts";
import { delivered, endsAs, planScene } from "./plan-conversions.ts";
import type { PlannedConversion } from "./planned-conversion.ts";

const MATCHED_BY = {
  conversation: "conversation_id",
  phone: "phone",
  bsuid: "bsuid",
  click: "request",
  click_and_bsuid: "request",
} as const;

/** Every other order system says when it happened: within the last hours, always after the click. */
const sometimesTimed = (at: number) => (at % 2 === 0 ? 60 * (1 + (at % 600)) : undefined);

const TESTERS = PEOPLE.byPhone.slice(0, 5);
const testScene = {
  scene: "a test event beside the real id",
  prefix: "tested",
  people: TESTERS,
  perPerson: 1,
  identity: "conversation",
  names: ["Purchase"],
  foretell: (person: (typeof TESTERS)[number]) => delivered(person, MATCHED_BY.conversation),
} as const;

const PICKY_NAMES: readonly string[] = ["LeadSubmitted", "Purchase"];

/** Scenes whose conversions are taken in. */
export const ACCEPTED_PLANS: readonly (() => PlannedConversion[])[] = [
  () =>
    planScene({
      scene: "found by conversation",
      prefix: "conv",
      people: PEOPLE.byPhone.slice(0, 50),
      perPerson: 3,
      identity: "conversation",
      foretell: (person) => delivered(person, MATCHED_BY.conversation),
      secondsAgo: sometimesTimed,
    }),
  () =>
    planScene({
      scene: "found by phone",
      prefix: "phone",
      people: PEOPLE.byPhone.slice(50),
      perPerson: 4,
      identity: "phone",
      foretell: (person) => delivered(person, MATCHED_BY.phone),
      secondsAgo: sometimesTimed,
    }),
  () =>
    planScene({
      scene: "found by BSUID",
      prefix: "bsuid",
      people: PEOPLE.byBsuid,
      perPerson: 4,
      identity: "bsuid",
      foretell: (person) => delivered(person, MATCHED_BY.bsuid),
      secondsAgo: sometimesTimed,
    }),
  () =>
    planScene({
      scene: "the order system knows the click",
      prefix: "click",
      people: PEOPLE.byBoth,
      perPerson: 2,
      identity: (_person, at) => (at % 2 === 0 ? "click" : "click_and_bsuid"),
      foretell: (person) => delivered(person, MATCHED_BY.click),
    }),
  () =>
    planScene({
      scene: "Brazil's ninth digit",
      prefix: "ninth",
      people: PEOPLE.brazilian,
      perPerson: 2,
      identity: "phone",
      foretell: (person) => delivered(person, "phone_variant"),
    }),
  () =>
    planScene({
      scene: "two clicks, the newer one counts",
      prefix: "newest",
      people: PEOPLE.returning,
      perPerson: 2,
      identity: "phone",
      foretell: (person) => delivered(person, MATCHED_BY.phone),
    }),
  () =>
    planScene({
      scene: "the click arrives later",
      prefix: "late",
      people: PEOPLE.arriving,
      perPerson: 2,
      identity: ({ bsuid }) => (bsuid === undefined ? "phone" : "bsuid"),
      foretell: (person) => delivered(person, person.bsuid === undefined ? "phone" : "bsuid"),
    }),
  () =>
    planScene({
      scene: "a burst of 500s",
      prefix: "storm",
      people: PEOPLE.inStorm,
      perPerson: 3,
      identity: "phone",
      foretell: (person) => delivered(person, MATCHED_BY.phone, { afterRetries: true }),
    }),
  () =>
    planScene({
      scene: "a throttle",
      prefix: "busy",
      people: PEOPLE.throttled,
      perPerson: 3,
      identity: "phone",
      foretell: (person) => delivered(person, MATCHED_BY.phone),
    }),
  () =>
    planScene({
      scene: "a dataset that refuses a name",
      prefix: "picky",
      people: PEOPLE.ofPickyShop,
      perPerson: 3,
      identity: "phone",
      names: [...PICKY_NAMES, "AddToCart"],
      foretell: (person, name) =>
        PICKY_NAMES.includes(name)
          ? delivered(person, MATCHED_BY.phone)
          : endsAs("rejected", "meta_invalid_event_type"),
    }),
  () =>
    planScene({
      scene: "a click older than 7 days",
      prefix: "stale",
      people: PEOPLE.tooLate,
      perPerson: 2,
      identity: "phone",
      foretell: () => endsAs("skipped", "click_window_expired"),
    }),
  () =>
    planScene({
      scene: "the click never arrives",
      prefix: "never",
      people: [...PEOPLE.fromStatus, ...PEOPLE.strangers],
      perPerson: 1,
      identity: "phone",
      foretell: () => endsAs("skipped", "no_ctwa_clid"),
    }),
  () => planScene(testScene),
  () => planScene({ ...testScene, testCode: "TEST12345" }),
];
