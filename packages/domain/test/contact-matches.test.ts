import { describe, expect, test } from "vitest";
import { surestMatches } from "../src/index.ts";

const conversation = (bsuidKey: string | null, phoneKey: string | null) => ({ bsuidKey, phoneKey });
const contact = { bsuidKey: "bsuid", phoneKey: "phone", phoneVariantKeys: ["variant"] };
const NOBODY = { bsuidKey: null, phoneKey: null, phoneVariantKeys: [] };
const byBsuid = conversation("bsuid", null);
const byPhone = conversation(null, "phone");
const byVariant = conversation("of another", "variant");
const everybody = [byVariant, byPhone, byBsuid, conversation("stranger", "strange")];

describe("whom a contact's keys find", () => {
  test.each([
    ["bsuid", contact, byBsuid],
    ["phone", { ...contact, bsuidKey: "of nobody" }, byPhone],
    ["phone_variant", { ...contact, bsuidKey: null, phoneKey: "of nobody" }, byVariant],
  ])("is told by the surest that finds anybody: %s", (matchedBy, asked, found) => {
    expect(surestMatches(asked, everybody)).toEqual({ matchedBy, conversations: [found] });
  });

  test("is everybody whom that key fits, and nobody whom a less sure one does", () => {
    const another = conversation("bsuid of one", "phone");
    const found = surestMatches({ ...contact, bsuidKey: null }, [byVariant, byPhone, another]);
    expect(found).toEqual({ matchedBy: "phone", conversations: [byPhone, another] });
  });

  test("is nobody when no key fits; missing keys never match each other", () => {
    expect(surestMatches(NOBODY, [...everybody, conversation(null, null)])).toBeNull();
    expect(surestMatches(contact, [conversation(null, null)])).toBeNull();
  });
});
