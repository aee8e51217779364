import { describe, expect, test } from "vitest";
import { ConfigError, FaultPoints, noFaultsInProduction, readConfig, settings } from "../src/index.ts";

const read = (env: Record<string, string>) =>
  readConfig({ NODE_ENV: settings.NODE_ENV, FAULT_POINT: settings.FAULT_POINT }, env, noFaultsInProduction);

class Ledger {
  readonly calls: string[] = [];
  async claim(id: string): Promise<string> {
    this.calls.push(id);
    return `won ${id}`;
  }
}

describe("the variable FAULT_POINT", () => {
  test("names a point and, if not the first, which time it is reached", () => {
    expect(read({ FAULT_POINT: "after_claim" }).FAULT_POINT).toEqual({ name: "after_claim", nth: 1 });
    expect(read({ FAULT_POINT: "before_send:12" }).FAULT_POINT).toEqual({ name: "before_send", nth: 12 });
    expect(read({}).FAULT_POINT).toBeUndefined();
  });

  test.each(["after_lunch", "after_claim:0", "after_claim:", "after_claim:1:2"])("%j is refused", (text) => {
    expect(() => read({ FAULT_POINT: text })).toThrow(ConfigError);
  });

  test("is refused in production with one sentence", () => {
    expect(() => read({ FAULT_POINT: "after_claim", NODE_ENV: "production" })).toThrow(
      "FAULT_POINT lets this process die on purpose and is for tests; leave it out in production.",
    );
  });
});

describe("fault points", () => {
  test("leave everything as it is while none is ordered", async () => {
    const ledger = new Ledger();
    const plain = ledger.claim;
    new FaultPoints(undefined).around(ledger, "claim", { after: "after_claim" });
    expect(ledger.claim).toBe(plain);
  });

  test("let the process die the ordered time, after the call", async () => {
    const ledger = new Ledger();
    const deaths: number[] = [];
    const points = new FaultPoints({ name: "after_claim", nth: 2 }, () => deaths.push(ledger.calls.length));
    points.around(ledger, "claim", { before: "before_send", after: "after_claim" });
    expect(await ledger.claim("a")).toBe("won a");
    expect(deaths).toEqual([]);
    await ledger.claim("b");
    await ledger.claim("c");
    expect(deaths).toEqual([2]);
  });

  test("let the process die before the call", async () => {
    const ledger = new Ledger();
    const deaths: number[] = [];
    const points = new FaultPoints({ name: "before_send", nth: 1 }, () => deaths.push(ledger.calls.length));
    points.around(ledger, "claim", { before: "before_send" });
    await ledger.claim("a");
    expect(deaths).toEqual([0]);
  });
});
