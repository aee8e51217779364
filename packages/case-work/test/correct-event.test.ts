import { hashPhone } from "@capi-relay/domain";
import { aLedgerEvent, anAccount } from "@capi-relay/storage/builders";
import { describe, expect, test } from "vitest";
import { correctEvent, explainProbe } from "../src/index.ts";

const lookups = { phone: (digits: string) => `phone-${digits}`, bsuid: (id: string) => `bsuid-${id}` };
const account = anAccount({
  allowedEventNames: ["Purchase", "LeadSubmitted"],
  switchedOffEventNames: ["LeadSubmitted"],
});
const details = { value: 10, currency: "BRL", orderId: "o1", contentIds: null, contents: null, numItems: null };
const event = aLedgerEvent({ eventName: "Purchase", details });

describe("a correction", () => {
  test("changes what is given and leaves the rest as it was", () => {
    const judged = correctEvent(event, { currency: "EUR" }, account, lookups);
    expect(judged).toMatchObject({
      kind: "corrected",
      correction: { eventName: "Purchase", details: { ...details, currency: "EUR" } },
    });
    expect(judged.kind === "corrected" && judged.correction.contact).toBe(undefined);
  });

  test("of whose conversion it is replaces every way to find the customer", () => {
    const judged = correctEvent(event, { phoneE164: "4915112345678" }, account, lookups);
    expect(judged).toMatchObject({
      correction: {
        contact: { conversationId: null, bsuidKey: null, phoneKey: "phone-4915112345678", ctwaClid: null },
      },
    });
  });

  test("of whose conversion it is forgets the number of the one it was, and keeps what came with the order", () => {
    const withPeople = { ...event, personal: { ph: "wrong", em: "em", externalId: "id" } };
    expect(correctEvent(withPeople, { bsuid: "BR.right1" }, account, lookups)).toMatchObject({
      correction: { personal: { em: "em", externalId: "id" } },
    });
    const judged = correctEvent(withPeople, { bsuid: "BR.right1" }, account, lookups);
    expect(judged.kind === "corrected" && judged.correction.personal).not.toHaveProperty("ph");
    expect(correctEvent(withPeople, { phoneE164: "4915112345678" }, account, lookups)).toMatchObject({
      correction: { personal: { ph: hashPhone("4915112345678"), em: "em" } },
    });
    expect(correctEvent(withPeople, { value: 11 }, account, lookups)).toMatchObject({
      correction: { personal: { ph: "wrong" } },
    });
  });

  test("of an event whose customer's data no key opens leaves that data as it is, or is refused", () => {
    const unread = { ...event, personal: null };
    const judged = correctEvent(unread, { value: 11 }, account, lookups);
    expect(judged.kind === "corrected" && "personal" in judged.correction).toBe(false);
    expect(judged).toMatchObject({ kind: "corrected", correction: { details: { value: 11 } } });
    for (const changes of [{ bsuid: "BR.right1" }, { email: "maria@example.com" }])
      expect(correctEvent(unread, changes, account, lookups)).toMatchObject({ code: "customer_data_unreadable" });
  });

  test.each([
    [{ eventName: "Lead" }, "eventName", "event_name_refused"],
    [{ eventName: "ViewContent" }, "eventName", "event_name_not_allowed"],
    [{ eventName: "LeadSubmitted" }, "eventName", "event_name_switched_off"],
    [{ value: 0 }, "value", "value_required"],
  ] as const)("that makes no sense (%j) is refused by its field and its code", (changes, field, code) => {
    expect(correctEvent(event, changes, account, lookups)).toMatchObject({ kind: "refused", field, code });
  });

  test("of a value without a currency is refused", () => {
    const bare = aLedgerEvent({ eventName: "Purchase", details: { ...details, value: null, currency: null } });
    expect(correctEvent(bare, { value: 5 }, account, lookups)).toMatchObject({
      field: "currency",
      code: "currency_required",
    });
  });
});

const META = { sandbox: false };

test("a probe is told in words, with the reason when there is one", () => {
  expect(explainProbe({ verdict: "wired", reason: null }, META)).toContain("Token and dataset work");
  expect(explainProbe({ verdict: "refused", reason: "meta_token_invalid" }, META)).toMatch(
    /^Meta refuses the account\. Meta says the access token is expired/,
  );
});
