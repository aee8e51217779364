import { DEFAULT_EVENT_NAMES, REFUSED_EVENT_NAMES } from "@capi-relay/contract";
import { describe, expect, test } from "vitest";
import { judgeEventName } from "../src/index.ts";

const rules = (
  eventNameAliases: Record<string, string> = {},
  allowedEventNames: readonly string[] = DEFAULT_EVENT_NAMES,
) => ({
  allowedEventNames,
  eventNameAliases,
});

function refusalOf(name: string, account = rules()) {
  const judgement = judgeEventName(name, account);
  if (judgement.ok) throw new Error(`${name} was accepted`);
  return judgement;
}

describe("event names", () => {
  test.each(DEFAULT_EVENT_NAMES)("%s is accepted by default", (name) => {
    expect(judgeEventName(name, rules())).toEqual({ ok: true, eventName: name, aliasOf: null });
  });

  test.each(Object.keys(REFUSED_EVENT_NAMES))("%s is refused with LeadSubmitted and every accepted name", (name) => {
    const { code, message } = refusalOf(name);
    expect(code).toBe("event_name_refused");
    for (const accepted of ["LeadSubmitted", ...DEFAULT_EVENT_NAMES]) expect(message).toContain(accepted);
  });

  test("Lead is told what to send instead", () => {
    expect(refusalOf("Lead").message).toContain("send LeadSubmitted instead");
    expect(refusalOf("AddPaymentInfo").message).toContain("send InitiateCheckout instead");
  });

  test("a documented name needs the account to opt in", () => {
    const { code, message } = refusalOf("QualifiedLead");
    expect(code).toBe("event_name_not_allowed");
    expect(message).toContain("has not opted in");
    expect(judgeEventName("QualifiedLead", rules({}, ["QualifiedLead"]))).toMatchObject({ ok: true });
  });

  test("a custom name is not allowed and not repeated", () => {
    const { code, message } = refusalOf("ana@example.com");
    expect(code).toBe("event_name_not_allowed");
    expect(message).not.toContain("ana@example.com");
    expect(message).toContain("LeadSubmitted, Purchase");
  });

  test.each([
    ["purchase", "Purchase"],
    ["Qualified Lead", "QualifiedLead"],
    ["Shipped", "OrderShipped"],
    ["lead", "LeadSubmitted"],
  ])("%s is told that %s was meant", (name, meant) => {
    expect(refusalOf(name)).toMatchObject({ code: "event_name_not_allowed" });
    expect(refusalOf(name).message).toContain(`did you mean ${meant}?`);
  });

  test("an alias the account opted in to is mapped", () => {
    const judgement = judgeEventName("Lead", rules({ Lead: "LeadSubmitted" }));
    expect(judgement).toEqual({ ok: true, eventName: "LeadSubmitted", aliasOf: "Lead" });
  });

  test("an alias to a name the account does not accept is refused", () => {
    const { code, message } = refusalOf("Lead", rules({ Lead: "QualifiedLead" }));
    expect(code).toBe("event_name_not_allowed");
    expect(message).toContain("QualifiedLead");
  });

  test.each(["constructor", "__proto__", "toString"])("%s is a name like any other", (name) => {
    expect(refusalOf(name)).toMatchObject({ code: "event_name_not_allowed" });
    expect(refusalOf(name).message).toContain("as it does every custom name");
  });

  test("an account without any name says so", () => {
    expect(refusalOf("Lead", rules({}, [])).message).toContain("no event name at all");
  });
});
