import { anAccount } from "@capi-relay/storage/builders";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ClickMemory } from "../src/click-memory.ts";

const account = anAccount();
const all = (count: number, unknown: boolean) => Array<boolean>(count).fill(unknown);

test("an account stops exactly when its last twenty events, and at least ten, all had an unknown click", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.boolean(), { maxLength: 8 }), { maxLength: 20 }), (portions) => {
      const memory = new ClickMemory();
      let seen: boolean[] = [];
      for (const portion of portions) {
        seen.push(...portion);
        const recent = seen.slice(-20);
        const expected = portion.length > 0 && recent.length >= 10 && recent.every(Boolean);
        expect(memory.note(account, portion)).toBe(expected);
        if (expected) seen = [];
      }
    }),
  );
});

test("one known click among the last twenty is enough to go on", () => {
  const memory = new ClickMemory();
  expect(memory.note(account, [false, ...all(19, true)])).toBe(false);
  expect(memory.note(account, [true])).toBe(true);
});

test.each([
  ["dataset", { datasetId: "999" }],
  ["token", { tokenVersion: 2 }],
])("with another %s everything begins anew", (_what, changes) => {
  const memory = new ClickMemory();
  memory.note(account, all(9, true));
  expect(memory.note(anAccount(changes), [true])).toBe(false);
});

test("whatever happens, no more than 5,000 accounts are remembered, and those heard of last", () => {
  const memory = new ClickMemory();
  for (let n = 0; n < 5_000; n += 1) memory.note(anAccount({ id: `a${n}` }), all(9, true));
  memory.note(anAccount({ id: "a0" }), [false]);
  memory.note(anAccount({ id: "new" }), [false]);
  // Beside these two, exactly as many as there is room for.
  const others = Array.from({ length: 4_998 }, (_, n) => `a${n + 2}`);
  expect(others.filter((id) => !memory.note(anAccount({ id }), [true]))).toEqual([]);
  expect(memory.note(anAccount({ id: "a1" }), [true])).toBe(false);
});
