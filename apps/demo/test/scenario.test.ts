import { expect, test } from "vitest";
import { PEOPLE } from "../src/people.ts";
import { identityOf } from "../src/planned-conversion.ts";
import { buildScenario } from "../src/scenario.ts";
import { deliveriesOf, FIRST_ROUNDS, LATE_ROUNDS } from "../src/webhook-plan.ts";

const { conversions, repeats } = buildScenario();
const endings = conversions.flatMap(({ foretold }) => (foretold.answer === "accepted" ? [foretold.ending] : []));

test("there are 1,000 conversions, no two of them the same", () => {
  expect(conversions).toHaveLength(1_000);
  expect(new Set(conversions.map(identityOf)).size).toBe(1_000);
});

test("at least 700 are to be delivered", () => {
  expect(endings.filter(({ status }) => status === "delivered").length).toBeGreaterThanOrEqual(700);
});

test("every ending that was asked for is there", () => {
  const labels = new Set(endings.map(({ status, reason }) => `${status}/${reason}`));
  expect([...labels].toSorted()).toEqual([
    "delivered/null",
    "rejected/meta_invalid_event_type",
    "skipped/click_window_expired",
    "skipped/no_ctwa_clid",
  ]);
  const matches = new Set(endings.map(({ matchedBy }) => matchedBy));
  expect(matches).toEqual(new Set(["conversation_id", "phone", "bsuid", "request", "phone_variant", undefined]));
  const codes = new Set(conversions.flatMap(({ foretold }) => ("code" in foretold ? foretold.code : [])));
  expect(codes.size).toBe(4);
});

test("what is delivered has a click, and nothing else reaches Meta", () => {
  for (const { status, ctwaClid } of endings) expect(ctwaClid !== null).toBe(status === "delivered");
});

test("WhatsApp sends 300 webhooks", () => {
  const deliveries = [...FIRST_ROUNDS, ...LATE_ROUNDS].reduce((sum, round) => sum + deliveriesOf(round), 0);
  expect(deliveries).toBe(300);
});

test("one round is one shop's", () => {
  for (const { from } of [...FIRST_ROUNDS, ...LATE_ROUNDS]) expect(new Set(from.map(({ shop }) => shop)).size).toBe(1);
});

test("nobody shares a number, a BSUID or a click with somebody else", () => {
  const everybody = Object.values(PEOPLE).flat();
  const facts = everybody.flatMap((person) => [
    ...new Set([person.phoneAtWhatsApp, person.phoneAtShop]),
    person.bsuid,
    ...person.clicks.map(({ ctwaClid }) => ctwaClid),
  ]);
  const known = facts.filter((fact) => fact !== undefined && fact !== null);
  expect(new Set(known).size).toBe(known.length);
});

test("repeats are of conversions that are taken in, each of another one", () => {
  expect(repeats.every(({ of }) => of.foretold.answer === "accepted")).toBe(true);
  expect(new Set(repeats.map(({ of }) => identityOf(of))).size).toBe(repeats.length);
  expect(new Set(repeats.map(({ answer, when }) => `${answer} ${when}`)).size).toBe(3);
});
