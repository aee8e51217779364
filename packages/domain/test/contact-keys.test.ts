import { describe, expect, test } from "vitest";
import { contactKeys, conversationKeys } from "../src/index.ts";

/** Says which values were asked for, since each costs a hash. */
function aKeyer() {
  const asked: string[] = [];
  const keyed = (kind: string) => (id: string) => {
    asked.push(id);
    return `${kind} ${id}`;
  };
  return { keyer: { phone: keyed("phone"), bsuid: keyed("bsuid") }, asked };
}

describe("by what an event finds its contact", () => {
  test("is everything its request names, the number also in its other spelling, each hashed once", () => {
    const { keyer, asked } = aKeyer();
    const named = { conversationId: "c1", bsuid: "BR.1", phoneE164: "5511987654321", ctwaClid: "ARA-1" };
    expect(contactKeys(named, keyer)).toEqual({
      conversationId: "c1",
      bsuidKey: "bsuid BR.1",
      phoneKey: "phone 5511987654321",
      phoneVariantKeys: ["phone 551187654321"],
      ctwaClid: "ARA-1",
    });
    expect(asked).toEqual(["BR.1", "5511987654321", "551187654321"]);
  });

  test("is null for what it does not name, and costs nothing", () => {
    const { keyer, asked } = aKeyer();
    const nobody = { conversationId: null, bsuidKey: null, phoneKey: null, phoneVariantKeys: [], ctwaClid: null };
    expect(contactKeys({}, keyer)).toEqual(nobody);
    expect(contactKeys({ bsuid: undefined, ctwaClid: "ARA-1" }, keyer)).toEqual({ ...nobody, ctwaClid: "ARA-1" });
    expect(asked).toEqual([]);
  });
});

test("a conversation knows its contact by the number as it was given, in no other spelling", () => {
  const { keyer, asked } = aKeyer();
  expect(conversationKeys({ bsuid: null, phone: "5511987654321" }, keyer)).toEqual({
    bsuidKey: null,
    phoneKey: "phone 5511987654321",
  });
  expect(conversationKeys({ bsuid: "BR.1", phone: undefined }, keyer)).toEqual({
    bsuidKey: "bsuid BR.1",
    phoneKey: null,
  });
  expect(asked).toEqual(["5511987654321", "BR.1"]);
});
