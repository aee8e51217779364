import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AdClick,
  ATTRIBUTION_WINDOW_MS,
  type ChosenClick,
  CLICK_GRACE_MS,
  type ContactKeys,
  type Conversation,
  chooseClick,
} from "../src/index.ts";
import { after, DAY, HOUR, MINUTE, NOBODY, NOON } from "./an-event.ts";

const SKIP = { outsideClickWindow: "skip" } as const;
const SEND = { outsideClickWindow: "send" } as const;

const aClick = (ctwaClid: string, clickedAt: Date): AdClick => ({
  ctwaClid,
  clickedAt,
  adId: `ad of ${ctwaClid}`,
  sourceUrl: null,
  headline: null,
});

const aConversation = (id: string, changes: Partial<Conversation> = {}): Conversation => ({
  id,
  wabaId: "102290129340398",
  bsuidKey: null,
  phoneKey: null,
  clicks: [aClick(`click of ${id}`, after(-HOUR))],
  createdAt: after(-30 * DAY),
  ...changes,
});

const choose = (
  contact: Partial<ContactKeys>,
  conversations: Conversation[],
  options: typeof SKIP | typeof SEND = SKIP,
) => chooseClick({ contact: { ...NOBODY, ...contact }, eventTime: NOON }, conversations, options);

const ANA = { phoneKey: "ana" };
const anaWith = (...clicks: AdClick[]) => [aConversation("ana", { phoneKey: "ana", clicks })];

describe("whose click", () => {
  const everybody = [
    aConversation("by-id"),
    aConversation("by-bsuid", { bsuidKey: "bsuid" }),
    aConversation("by-phone", { phoneKey: "phone" }),
    aConversation("by-variant", { phoneKey: "variant" }),
  ];
  const everyKey = { conversationId: "by-id", bsuidKey: "bsuid", phoneKey: "phone", phoneVariantKeys: ["variant"] };

  test.each([
    ["conversation_id", "by-id", {}],
    ["bsuid", "by-bsuid", { conversationId: null }],
    ["phone", "by-phone", { conversationId: null, bsuidKey: null }],
    ["phone_variant", "by-variant", { conversationId: null, bsuidKey: null, phoneKey: "of nobody" }],
  ])("the surest match decides: %s", (matchedBy, conversationId, changes) => {
    const click = {
      ctwaClid: `click of ${conversationId}`,
      adId: `ad of click of ${conversationId}`,
      clickedAt: after(-HOUR),
    };
    expect(choose({ ...everyKey, ...changes }, everybody)).toEqual({
      kind: "chosen",
      click: { ...click, conversationId, matchedBy },
    });
  });

  test("a surer match without a click is not overruled by a weaker one with a click", () => {
    const conversations = [aConversation("by-id", { clicks: [] }), aConversation("ana", ANA)];
    expect(choose({ conversationId: "by-id", ...ANA }, conversations)).toEqual({ kind: "none" });
  });

  test("a conversation id nobody has leaves it to the phone number", () => {
    expect(choose({ conversationId: "unknown", ...ANA }, anaWith(aClick("a", NOON)))).toMatchObject({ kind: "chosen" });
  });

  test("two people on the same level are ambiguous, also when only one of them has a click", () => {
    const twins = [aConversation("one", ANA), aConversation("two", { ...ANA, clicks: [] })];
    expect(choose(ANA, twins)).toEqual({ kind: "ambiguous" });
    expect(choose({ phoneVariantKeys: ["ana"] }, twins)).toEqual({ kind: "ambiguous" });
  });

  test("an exact number beats a variant of it", () => {
    const conversations = [aConversation("exact", ANA), aConversation("variant", { phoneKey: "an" })];
    expect(choose({ ...ANA, phoneVariantKeys: ["an"] }, conversations)).toMatchObject({
      click: { conversationId: "exact" },
    });
  });

  test("the same conversation found twice is one person", () => {
    expect(choose(ANA, [...anaWith(aClick("a", NOON)), ...anaWith(aClick("a", NOON))])).toMatchObject({
      kind: "chosen",
    });
  });

  test("strangers are passed over, and missing keys never match each other", () => {
    expect(choose({}, everybody)).toEqual({ kind: "none" });
    expect(choose(ANA, everybody)).toEqual({ kind: "none" });
  });
});

describe("somebody known by number alone, and since by a BSUID with that number", () => {
  const byNumber = aConversation("by-number", ANA);
  const byBsuid = aConversation("by-bsuid", { ...ANA, bsuidKey: "bsuid", clicks: [] });
  const both = [byNumber, byBsuid];

  test.each<[ChosenClick["matchedBy"], Partial<ContactKeys>]>([
    ["phone", ANA],
    ["phone_variant", { phoneVariantKeys: ["ana"] }],
    ["bsuid", { ...ANA, bsuidKey: "bsuid" }],
    ["conversation_id", { ...ANA, conversationId: "by-bsuid" }],
    ["conversation_id", { ...ANA, conversationId: "by-number" }],
  ])("is one person, found by %s", (matchedBy, contact) => {
    for (const conversations of [both, both.toReversed()])
      expect(choose(contact, conversations)).toMatchObject({
        kind: "chosen",
        click: { ctwaClid: "click of by-number", conversationId: "by-number", matchedBy },
      });
  });

  test("is credited with the newest click of both", () => {
    const newer = { ...byBsuid, clicks: [aClick("newer", after(-MINUTE))] };
    expect(choose(ANA, [byNumber, newer])).toMatchObject({
      click: { ctwaClid: "newer", conversationId: "by-bsuid", clickedAt: after(-MINUTE) },
    });
    const later = { ...byBsuid, clicks: [aClick("later", after(HOUR))] };
    expect(choose(ANA, [byNumber, later])).toMatchObject({ click: { ctwaClid: "click of by-number" } });
  });

  test("may be any of two BSUIDs that have the number", () => {
    const three = [...both, { ...byBsuid, id: "another", bsuidKey: "another" }];
    expect(choose(ANA, three)).toEqual({ kind: "ambiguous" });
    expect(choose({ ...ANA, bsuidKey: "bsuid" }, three)).toEqual({ kind: "none" });
  });

  test("is found only under what the event names: a click under another name would not wake it", () => {
    expect(choose({ bsuidKey: "bsuid" }, both)).toEqual({ kind: "none" });
  });

  test("knows a click id that the request brought from either", () => {
    for (const conversations of [both, [byNumber, { ...byBsuid, clicks: byNumber.clicks }]])
      expect(choose({ ...ANA, ctwaClid: "click of by-number" }, conversations)).toMatchObject({
        click: { clickedAt: after(-HOUR), matchedBy: "request" },
      });
  });
});

describe("which click", () => {
  test.each([
    ["the newest before the event", [-3 * DAY, -DAY, -2 * DAY], "chosen", -DAY],
    ["not one after the event", [-DAY, HOUR], "chosen", -DAY],
    ["one 2 minutes after the event, by grace", [-DAY, 2 * MINUTE], "chosen", 2 * MINUTE],
    ["one exactly 7 days old", [-7 * DAY], "chosen", -7 * DAY],
    ["the newest of those too old", [-9 * DAY, -8 * DAY, -10 * DAY], "window_expired", -8 * DAY],
    ["one too old, when the others come after the event", [-8 * DAY, HOUR], "window_expired", -8 * DAY],
  ])("%s", (_what, times, kind, expected) => {
    const choice = choose(ANA, anaWith(...times.map((ms) => aClick(`at ${ms}`, after(ms)))));
    expect(choice).toMatchObject({ kind, click: { ctwaClid: `at ${expected}`, clickedAt: after(expected) } });
  });

  test("only clicks after the event: none, it waits", () => {
    expect(choose(ANA, anaWith(aClick("later", after(2 * MINUTE + 1))))).toEqual({ kind: "none" });
  });

  test("an account may send an event whose click is too old", () => {
    const choice = choose(ANA, anaWith(aClick("old", after(-8 * DAY))), SEND);
    expect(choice).toMatchObject({ kind: "chosen", click: { ctwaClid: "old" } });
  });

  test("always the newest eligible one, whatever the order", () => {
    const clicks = fc.uniqueArray(
      fc.record({ ms: fc.integer({ min: -10 * 24, max: 10 * 24 }).map((hours) => hours * HOUR), id: fc.nat(99) }),
      { selector: ({ id }) => id, maxLength: 12 },
    );
    const shuffled = clicks.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, otherOrder]) => {
        const [choice, again] = [list, otherOrder].map((some) =>
          choose(ANA, anaWith(...some.map(({ ms, id }) => aClick(`c${id}`, after(ms))))),
        );
        expect(choice).toEqual(again);
        const before = list.map(({ ms }) => ms).filter((ms) => ms <= CLICK_GRACE_MS);
        if (before.length === 0) {
          expect(choice).toEqual({ kind: "none" });
          return;
        }
        const best = Math.max(...before);
        const kind = best >= -ATTRIBUTION_WINDOW_MS ? "chosen" : "window_expired";
        expect(choice).toMatchObject({ kind, click: { clickedAt: after(best) } });
      }),
      { numRuns: 500 },
    );
  });
});

describe("a click id the request brought", () => {
  test("is taken at its word when nobody holds it", () => {
    expect(choose({ ctwaClid: "brought", ...ANA }, anaWith(aClick("another", after(-HOUR))))).toEqual({
      kind: "chosen",
      click: { ctwaClid: "brought", conversationId: null, adId: null, clickedAt: null, matchedBy: "request" },
    });
  });

  test("learns its time and ad from the conversation of the contact that holds it, which may hold newer ones", () => {
    const conversations = anaWith(aClick("newer", after(-HOUR)), aClick("brought", after(-DAY)));
    expect(choose({ ctwaClid: "brought", ...ANA }, conversations)).toEqual({
      kind: "chosen",
      click: {
        ctwaClid: "brought",
        conversationId: "ana",
        adId: "ad of brought",
        clickedAt: after(-DAY),
        matchedBy: "request",
      },
    });
  });

  test("is too old when the conversation says so, unless the account sends such events", () => {
    const conversations = anaWith(aClick("brought", after(-8 * DAY)));
    expect(choose({ ctwaClid: "brought", ...ANA }, conversations)).toMatchObject({ kind: "window_expired" });
    expect(choose({ ctwaClid: "brought", ...ANA }, conversations, SEND)).toMatchObject({ kind: "chosen" });
  });

  test("stays chosen when its message came after the event: the click itself came before", () => {
    const conversations = anaWith(aClick("brought", after(HOUR)));
    expect(choose({ ctwaClid: "brought", ...ANA }, conversations)).toMatchObject({ kind: "chosen" });
  });

  test("learns nothing from a stranger or from one of two people who fit", () => {
    const held = { clicks: [aClick("brought", after(-DAY))] };
    const unknown = { click: { conversationId: null, clickedAt: null } };
    expect(choose({ ctwaClid: "brought", ...ANA }, [aConversation("stranger", held)])).toMatchObject(unknown);
    const twins = ["one", "two"].map((id) => aConversation(id, { ...ANA, ...held }));
    expect(choose({ ctwaClid: "brought", ...ANA }, twins)).toMatchObject(unknown);
  });
});
