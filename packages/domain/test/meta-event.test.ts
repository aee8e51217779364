import { describe, expect, test } from "vitest";
import { hashEmail, hashExternalId, hashPhone, toMetaEvent, toMetaRequest } from "../src/index.ts";
import { anEvent } from "./an-event.ts";

const WABA_ID = "102290129340398";
const EVENT_TIME = new Date(1794571200 * 1000);
const NO_DETAILS = anEvent().details;
const ALONE = { testCode: null, partnerAgent: null };

/** Meta's example of a purchase with everything in it; the text, so that the order of the fields counts too. */
const FULL = `{
  "data": [{
    "event_name": "Purchase",
    "event_time": 1794571200,
    "event_id": "acct42:order-1042:Purchase",
    "action_source": "business_messaging",
    "messaging_channel": "whatsapp",
    "user_data": {
      "whatsapp_business_account_id": "102290129340398",
      "ctwa_clid": "ARA-example-click-id-0123456789_abcdefghijklmnopqrstuvwxyz",
      "ph": ["029c7290f14c4516673508635f0519db95f7daf42057fd0e4ad1de84c5408a66"],
      "em": ["5504a61f3ca7140339278c6dabcc059695c852b2aba44c4d00b7ca8c5716106a"],
      "external_id": ["b715f6aed57a94e8e3493cba80a3e322035479f9b2849aab91d208bbffa27c89"]
    },
    "custom_data": {
      "currency": "BRL", "value": 149.9, "order_id": "1042",
      "content_type": "product", "content_ids": ["SKU-1", "SKU-2"],
      "contents": [{"id": "SKU-1", "quantity": 1, "item_price": 99.9},
                   {"id": "SKU-2", "quantity": 1, "item_price": 50.0}],
      "num_items": 2
    },
    "data_processing_options": []
  }],
  "partner_agent": "exampleplatform"
}`;

const MINIMAL = `{"data":[{"event_name":"LeadSubmitted","event_time":1794571200,"event_id":"acct42:conv-77:LeadSubmitted",
  "action_source":"business_messaging","messaging_channel":"whatsapp",
  "user_data":{"whatsapp_business_account_id":"102290129340398","ctwa_clid":"ARA-example-click-id-0123456789"}}]}`;

const compact = (json: string) => JSON.stringify(JSON.parse(json));

const purchase = anEvent({
  eventName: "Purchase",
  eventId: "acct42:order-1042:Purchase",
  eventTime: EVENT_TIME,
  personal: {
    em: hashEmail("Maria.Silva@Example.com"),
    ph: hashPhone("+55 11 98765-4321"),
    externalId: hashExternalId("customer-000123"),
  },
  details: {
    value: 149.9,
    currency: "BRL",
    orderId: "1042",
    contentIds: ["SKU-1", "SKU-2"],
    contents: [
      { id: "SKU-1", quantity: 1, itemPrice: 99.9 },
      { id: "SKU-2", quantity: 1, itemPrice: 50 },
    ],
    numItems: 2,
  },
});

describe("an event in Meta's words", () => {
  test("a purchase with everything in it is the full example, field by field and in its order", () => {
    const click = { ctwaClid: "ARA-example-click-id-0123456789_abcdefghijklmnopqrstuvwxyz" };
    const request = toMetaRequest([toMetaEvent(purchase, click, WABA_ID)], {
      testCode: null,
      partnerAgent: "exampleplatform",
    });
    expect(JSON.stringify(request)).toBe(compact(FULL));
  });

  test("a lead with nothing but its click is the minimal example", () => {
    const lead = anEvent({ eventTime: EVENT_TIME });
    const request = toMetaRequest([toMetaEvent(lead, { ctwaClid: "ARA-example-click-id-0123456789" }, WABA_ID)], ALONE);
    expect(JSON.stringify(request)).toBe(compact(MINIMAL));
  });

  test("a test code stands beside the data, and only when there is one", () => {
    expect(toMetaRequest([], { testCode: "TEST12345", partnerAgent: "p" })).toEqual({
      data: [],
      test_event_code: "TEST12345",
      partner_agent: "p",
    });
    expect(toMetaRequest([], ALONE)).toEqual({ data: [] });
  });

  test("one that Meta detected itself says so, any other does not", () => {
    const click = { ctwaClid: "x" };
    expect(toMetaEvent(anEvent({ automatic: true }), click, WABA_ID).messaging_outcome_data).toEqual({
      outcome_type: "automatic_events",
    });
    expect(toMetaEvent(anEvent(), click, WABA_ID)).not.toHaveProperty("messaging_outcome_data");
  });

  test("the time is cut to whole seconds", () => {
    const event = anEvent({ eventTime: new Date(EVENT_TIME.getTime() + 999) });
    expect(toMetaEvent(event, { ctwaClid: "a" }, WABA_ID).event_time).toBe(1794571200);
  });

  test.each([
    ["orderId", { orderId: "1042" }, { order_id: "1042" }],
    ["contentIds alone", { contentIds: ["SKU-1"] }, { content_type: "product", content_ids: ["SKU-1"] }],
    [
      "contents alone",
      { contents: [{ id: "SKU-1", quantity: 2 }] },
      { content_type: "product", contents: [{ id: "SKU-1", quantity: 2 }] },
    ],
    [
      "empty lists and a value",
      { contentIds: [], contents: [], value: 1, currency: "BRL" },
      { currency: "BRL", value: 1 },
    ],
    ["numItems 0", { numItems: 0 }, { num_items: 0 }],
  ])("custom data of %s", (_what, details, custom) => {
    const event = anEvent({ details: { ...NO_DETAILS, ...details } });
    expect(toMetaEvent(event, { ctwaClid: "a" }, WABA_ID).custom_data).toEqual(custom);
  });

  test.each([{ em: "e" }, { ph: "p" }, { externalId: "x" }])(
    "personal data %j says that its use is not limited",
    (personal) => {
      expect(toMetaEvent(anEvent({ personal }), { ctwaClid: "a" }, WABA_ID).data_processing_options).toEqual([]);
    },
  );

  test("nothing that Meta forbids on messaging events is ever in it", () => {
    const { user_data } = toMetaEvent(purchase, { ctwaClid: "a" }, WABA_ID);
    for (const forbidden of ["fbc", "fbp", "client_ip_address", "client_user_agent"])
      expect(user_data).not.toHaveProperty(forbidden);
  });
});
