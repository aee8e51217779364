import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type InboundContactMessage, readWebhook } from "../src/index.ts";
import * as build from "./webhook-builder.ts";

const { BSUID, CLID, PHONE, WABA } = build;

const AS_DOCUMENTED: InboundContactMessage = {
  wabaId: WABA,
  phoneNumberId: "106540352242922",
  messageId: "wamid.HBgMNTUxMTg3NjU0MzIxFQIAEhgUM0E=",
  sentAt: new Date("2026-11-13T11:00:00Z"),
  waId: PHONE,
  bsuid: BSUID,
  click: {
    ctwaClid: CLID,
    adId: "120226305854810726",
    sourceUrl: "https://fb.me/3cr4Wqqkv",
    headline: "Chat with us",
  },
  referralWithoutClick: false,
};

/** The single message that a delivery with this message holds. */
const readOne = (changes: object = {}, contacts?: unknown) => {
  const { inbound, unreadable } = readWebhook(build.deliveryOf([build.message(changes)], contacts));
  expect(unreadable).toBe(0);
  expect(inbound).toHaveLength(1);
  return inbound[0] as InboundContactMessage;
};
const isUnreadable = (changes: object, contacts?: unknown) => {
  const reading = readWebhook(build.deliveryOf([build.message(changes)], contacts));
  expect(reading).toEqual({ inbound: [], automaticEvents: [], unreadable: 1 });
};

describe("reading a message", () => {
  test("with a click, as Meta documents it", () => {
    expect(readOne()).toEqual(AS_DOCUMENTED);
  });

  test("takes along neither what was written nor names", () => {
    const reading = JSON.stringify(readWebhook(build.deliveryOf([build.message()])));
    expect(reading).not.toMatch(/Ana|anasouza|more info|Summer|How can we/);
  });

  test.each(["image", "button", "interactive", "unsupported", "a kind of the future"])(
    "of type %s finds its referral too",
    (type) => {
      expect(readOne({ type, text: undefined }).click?.ctwaClid).toBe(CLID);
    },
  );

  test("without a referral is still a message from a contact", () => {
    expect(readOne({ referral: undefined })).toEqual({ ...AS_DOCUMENTED, click: null });
  });

  test("from an ad in WhatsApp Status has a referral without a click", () => {
    const statusAd = readOne({ referral: build.referral({ ctwa_clid: undefined }) });
    expect(statusAd).toEqual({ ...AS_DOCUMENTED, click: null, referralWithoutClick: true });
  });

  test("from WhatsApp itself is passed over", () => {
    const system = { type: "system", system: { type: "user_changed_number", wa_id: "5511999999999" } };
    expect(readWebhook(build.deliveryOf([build.message(system)]))).toEqual({
      inbound: [],
      automaticEvents: [],
      unreadable: 0,
    });
  });

  test.each([
    ["a string of seconds", "1794567600", AS_DOCUMENTED.sentAt],
    ["a number of seconds", 1794567600, AS_DOCUMENTED.sentAt],
  ])("takes %s as its time", (_, timestamp, sentAt) => {
    expect(readOne({ timestamp }).sentAt).toEqual(sentAt);
  });

  test.each([[undefined], [null], [""], ["soon"], ["0"], [-1], [1.5], ["1794567600000"], [1794567600000], [{}]])(
    "with the time %j is unreadable",
    (timestamp) => {
      isUnreadable({ timestamp });
    },
  );
});

describe("who wrote a message", () => {
  test.each([
    ["both ids in the message", {}, [], PHONE, BSUID],
    ["phone in the message, BSUID in its contact", { from_user_id: undefined }, undefined, PHONE, BSUID],
    ["BSUID in the message, phone in its contact", { from: undefined }, undefined, PHONE, BSUID],
    ["a username hides the phone", { from: undefined }, [build.contact({ wa_id: undefined })], null, BSUID],
    ["before BSUIDs", { from_user_id: undefined }, [build.contact({ user_id: undefined })], PHONE, null],
    ["no id in the message, one contact", { from: undefined, from_user_id: undefined }, undefined, PHONE, BSUID],
    ["a plus before the phone", { from: `+${PHONE}` }, [], PHONE, BSUID],
    ["the phone as a number", { from: Number(PHONE) }, [], PHONE, BSUID],
    ["a phone that is none", { from: "not a phone" }, [], null, BSUID],
    ["a BSUID that is none", { from_user_id: "br 1" }, [], PHONE, null],
    ["no contacts at all", {}, null, PHONE, BSUID],
  ])("%s", (_, changes, contacts, waId, bsuid) => {
    expect(readOne(changes, contacts)).toMatchObject({ waId, bsuid });
  });

  test("never takes an id from somebody else's contact entry", () => {
    const others = [build.contact({ wa_id: "5521999999999", user_id: "BR.999" })];
    expect(readOne({ from_user_id: undefined }, others)).toMatchObject({ waId: PHONE, bsuid: null });
    expect(readOne({ from: undefined }, others)).toMatchObject({ waId: null, bsuid: BSUID });
  });

  test("of several contacts takes the one that shares an id", () => {
    const contacts = [build.contact({ wa_id: "5521999999999", user_id: "BR.999" }), "rubbish", build.contact()];
    expect(readOne({ from_user_id: undefined }, contacts)).toMatchObject({ waId: PHONE, bsuid: BSUID });
  });

  test("is unreadable when nothing, or more than one contact, could tell", () => {
    const nobody = { from: undefined, from_user_id: undefined };
    isUnreadable(nobody, []);
    isUnreadable(nobody, [build.contact(), build.contact({ wa_id: "5521999999999", user_id: "BR.999" })]);
    isUnreadable(nobody, [{ profile: { name: "Ana" } }]);
  });
});

describe("reading a referral", () => {
  test.each([
    ["a click id with spaces", { ctwa_clid: "two words" }],
    ["a click id beyond any length", { ctwa_clid: "x".repeat(2049) }],
    ["an empty click id", { ctwa_clid: "" }],
    ["a click id that is no text", { ctwa_clid: { $gt: "" } }],
  ])("with %s has no click", (_, changes) => {
    expect(readOne({ referral: build.referral(changes) })).toMatchObject({ click: null, referralWithoutClick: true });
  });

  test("keeps the click id byte for byte", () => {
    const ctwa_clid = "ARA-xY_.~%2B==";
    expect(readOne({ referral: build.referral({ ctwa_clid }) }).click?.ctwaClid).toBe(ctwa_clid);
  });

  test.each([
    ["adId", { source_id: "12_34" }],
    ["adId", { source_id: 120226305854810726n.toString().padStart(40, "1") }],
    ["adId", { source_id: 12345 }],
    ["adId", { source_type: "post" }],
    ["sourceUrl", { source_url: "javascript:alert(1)" }],
    ["sourceUrl", { source_url: "fb.me/x" }],
    ["sourceUrl", { source_url: `https://fb.me/${"x".repeat(2048)}` }],
    ["headline", { headline: "x".repeat(513) }],
    ["headline", { headline: ["Chat with us"] }],
  ])("leaves out %s that does not fit, and keeps the click", (field, changes) => {
    expect(readOne({ referral: build.referral(changes) }).click).toEqual({ ...AS_DOCUMENTED.click, [field]: null });
  });

  test.each([["text"], [[]], [7], [null]])("that is %j is none", (referral) => {
    expect(readOne({ referral })).toMatchObject({ click: null, referralWithoutClick: false });
  });

  test("takes nothing through a prototype", () => {
    const hidden = JSON.parse(`{"__proto__":{"ctwa_clid":"${CLID}"},"source_type":"ad"}`);
    expect(readOne({ referral: hidden })).toMatchObject({ click: null });
    const body = JSON.stringify(build.deliveryOf([build.message()])).replace('"messages"', '"__proto__"');
    expect(readWebhook(JSON.parse(body)).inbound).toEqual([]);
    expect({}).not.toHaveProperty("ctwa_clid");
  });
});

describe("reading a delivery", () => {
  test("with rubbish beside good messages reads the good ones and counts the rest", () => {
    const messages = [null, build.message(), { id: "wamid.x" }, "text", build.message({ timestamp: "later" })];
    const odd = [build.change("no value"), "no change", build.change(build.value(messages)), { field: "messages" }];
    const reading = readWebhook(build.delivery([null, build.entry(odd), build.entry([], "no id")]));
    expect(reading.inbound).toEqual([AS_DOCUMENTED]);
    expect(reading.unreadable).toBe(4 + 3 + 2);
  });

  test("keeps the accounts of several entries apart and repeats what is repeated", () => {
    const one = [build.change(build.value([build.message()]))];
    const { inbound } = readWebhook(build.delivery([build.entry(one), build.entry(one, "200000000000001")]));
    expect(inbound.map(({ wabaId }) => wabaId)).toEqual([WABA, "200000000000001"]);
  });

  test("passes over statuses and fields it does not know", () => {
    const statuses = build.change({ messaging_product: "whatsapp", statuses: [{ id: "wamid.x", status: "read" }] });
    const unknown = build.change({ messages: [build.message()] }, "message_template_status_update");
    const reading = readWebhook(build.delivery([build.entry([statuses, unknown])]));
    expect(reading).toEqual({ inbound: [], automaticEvents: [], unreadable: 0 });
  });

  test("brings Meta's own guesses, whole or with what they lack", () => {
    const guess = (changes: object = {}) => ({
      id: "wamid.HBgMNTUxMTg3NjU0MzIxFQIA",
      event_name: "Purchase",
      timestamp: 1794570000,
      ctwa_clid: build.CLID,
      custom_data: { currency: "USD", value: 25000 },
      ...changes,
    });
    const read = (guesses: unknown) =>
      readWebhook(build.delivery([build.entry([build.change({ automatic_events: guesses }, "automatic_events")])]));
    const purchase = {
      wabaId: WABA,
      messageId: "wamid.HBgMNTUxMTg3NjU0MzIxFQIA",
      eventName: "Purchase",
      happenedAt: new Date(1794570000 * 1000),
      ctwaClid: build.CLID,
      thousandths: 25000,
      currency: "USD",
    };
    expect(read([guess()])).toEqual({ inbound: [], automaticEvents: [purchase], unreadable: 0 });
    const bare = guess({ event_name: "LeadSubmitted", ctwa_clid: undefined, custom_data: undefined });
    const lead = { ...purchase, eventName: "LeadSubmitted", ctwaClid: null, thousandths: null, currency: null };
    expect(read([bare]).automaticEvents).toEqual([lead]);
    const odd = [null, {}, guess({ id: 7 }), guess({ event_name: "Lead" }), guess({ timestamp: "soon" })];
    expect(read([...odd, guess()])).toEqual({ inbound: [], automaticEvents: [purchase], unreadable: odd.length });
    expect(read("none")).toEqual({ inbound: [], automaticEvents: [], unreadable: 1 });
  });

  test.each([[null], [undefined], ["text"], [[]], [{}], [{ object: "page", entry: [] }], [{ entry: {} }]])(
    "that is %j counts as unreadable",
    (body) => {
      expect(readWebhook(body)).toEqual({ inbound: [], automaticEvents: [], unreadable: 1 });
    },
  );

  test("survives deep nesting", () => {
    const deep = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
    expect(readOne({ text: deep, referral: build.referral({ body: deep }) })).toEqual(AS_DOCUMENTED);
  });

  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(PHONE, BSUID, CLID, "1794567600", "system", "__proto__"));
  /** An object of a known shape, some of whose fields are anything. */
  const mostly = (shape: Record<string, unknown>) =>
    fc.dictionary(fc.constantFrom(...Object.keys(shape)), odd).map((changes) => ({ ...shape, ...changes }));
  const list = <T>(item: fc.Arbitrary<T>) => fc.array(fc.oneof({ weight: 4, arbitrary: item }, odd), { maxLength: 4 });
  const aMessage = mostly(build.referral()).chain((referral) => mostly(build.message({ referral })));
  const aValue = fc
    .tuple(list(aMessage), list(mostly(build.contact())))
    .chain((parts) => mostly(build.value(...parts)));
  const aDelivery = list(aValue.map((content) => build.change(content)))
    .chain((changes) => list(mostly(build.entry(changes))))
    .chain((entries) => mostly(build.delivery(entries)));

  test("of any JSON never throws and yields only what is bounded and has an owner", () => {
    fc.assert(
      fc.property(fc.oneof(aDelivery, fc.jsonValue()), (body) => {
        const { inbound, automaticEvents, unreadable } = readWebhook(JSON.parse(JSON.stringify(body)));
        expect(automaticEvents.length + unreadable).toBeGreaterThanOrEqual(0);
        for (const message of inbound) {
          expect(Object.keys(message).sort()).toEqual(Object.keys(AS_DOCUMENTED).sort());
          expect(message.wabaId).toMatch(/^[0-9]{5,20}$/);
          expect(message.waId ?? message.bsuid).toMatch(/^([0-9]{7,15}|[A-Z]{2}\.[A-Za-z0-9.]+)$/);
          expect(message.sentAt.getTime()).toBeGreaterThan(0);
          expect(message.click !== null && message.referralWithoutClick).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("good messages stay readable whatever stands beside them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 5 }),
        fc.array(fc.jsonValue(), { maxLength: 5 }),
        (before, after) => {
          const { inbound } = readWebhook(build.deliveryOf([...before, build.message(), ...after]));
          expect(inbound).toContainEqual(AS_DOCUMENTED);
        },
      ),
    );
  });
});
