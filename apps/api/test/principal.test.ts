import { API_KEY_SCOPES } from "@capi-relay/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOBODY, Principal, ROOT } from "../src/access/principal.ts";

const ACCOUNTS = ["a", "b", "c", "d"] as const;
const someAccounts = fc.option(fc.subarray([...ACCOUNTS], { minLength: 1 }), { nil: null });
const someScopes = fc.subarray([...API_KEY_SCOPES]);
const aPrincipal = (accountIds: readonly string[] | null, scopes: readonly (typeof API_KEY_SCOPES)[number][] = []) =>
  new Principal({
    id: "key_1",
    who: "Shop (key_1)",
    scopes,
    accountIds,
    defaultWaitSeconds: 0,
    requestsPerMinute: 0,
    expiresAt: null,
  });

describe("whoever sends a request", () => {
  test("may use exactly their own accounts, and all of them if bound to none", () => {
    fc.assert(
      fc.property(someAccounts, fc.constantFrom(...ACCOUNTS, "e"), (own, one) => {
        expect(aPrincipal(own).mayUse(one)).toBe(own === null || own.some((account) => account === one));
      }),
    );
  });

  test("covers a set of accounts exactly if no account of it is beyond their own, those to come included", () => {
    fc.assert(
      fc.property(someAccounts, someAccounts, (own, asked) => {
        const everything = [...ACCOUNTS, "one to come"];
        const mine = new Set<string>(own ?? everything);
        expect(aPrincipal(own).covers(asked)).toBe((asked ?? everything).every((account) => mine.has(account)));
      }),
    );
  });

  test("can do what their scopes say, and with admin everything", () => {
    fc.assert(
      fc.property(someScopes, fc.constantFrom(...API_KEY_SCOPES), (scopes, one) => {
        expect(aPrincipal(null, scopes).can(one)).toBe(scopes.includes("admin") || scopes.includes(one));
      }),
    );
  });

  test("may do nothing without a key, and everything with the root key", () => {
    for (const scope of API_KEY_SCOPES) expect([NOBODY.can(scope), ROOT.can(scope)]).toEqual([false, true]);
    expect([NOBODY.mayUse("a"), ROOT.mayUse("a")]).toEqual([false, true]);
    expect([NOBODY.covers(null), ROOT.covers(null)]).toEqual([false, true]);
  });
});
