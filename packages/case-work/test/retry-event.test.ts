import type { Redriven } from "@capi-relay/dispatch";
import { aLedgerEvent, anAccount } from "@capi-relay/storage/builders";
import { describe, expect, test } from "vitest";
import { type RetryPorts, retryEvent } from "../src/index.ts";

const account = anAccount();
const details = { value: 10, currency: "BRL", orderId: "o1", contentIds: null, contents: null, numItems: null };
const event = aLedgerEvent({ accountId: account.id, eventName: "Purchase", details });
const REQUEUED: Redriven = { kind: "requeued", generation: 1 };

/** Ports that say what was asked of them, in order. */
function ports(redriven: Redriven, accounts = [account]) {
  const asked: unknown[] = [];
  const all: RetryPorts = {
    accounts: { find: async (id) => accounts.find((one) => one.id === id) ?? null },
    decisions: {
      async redrive(_id, wish) {
        asked.push(wish);
        return redriven;
      },
    },
    lookupKeys: { phone: (digits) => digits, bsuid: (id) => id },
    note: async (...entry) => void asked.push(entry),
  };
  return { all, asked };
}

describe("a retry", () => {
  test.each([true, false])(
    "sends the event as it is, says whether it may have arrived (%s), and is noted",
    async (evenIfArrived) => {
      const { all, asked } = ports(REQUEUED);
      expect(await retryEvent(event, { changes: null, evenIfArrived }, all)).toEqual(REQUEUED);
      expect(asked).toEqual([{ evenIfArrived }, ["event_retried", ""]]);
    },
  );

  test("with changes sends it corrected, never what may have arrived, and notes the names of the fields", async () => {
    const { all, asked } = ports(REQUEUED);
    const changes = { value: 12, currency: "EUR" };
    expect(await retryEvent(event, { changes, evenIfArrived: true }, all)).toEqual(REQUEUED);
    const correction = expect.objectContaining({ details: { ...details, ...changes } });
    expect(asked).toEqual([{ correction }, ["event_corrected", "value, currency"]]);
  });

  test.each([null, { value: 12 }])("that is refused, with the changes %j, is not noted", async (changes) => {
    const { all, asked } = ports({ kind: "refused", because: "under_way" });
    const wish = { changes, evenIfArrived: false };
    expect(await retryEvent(event, wish, all)).toEqual({ kind: "refused", because: "under_way" });
    expect(asked).toHaveLength(1);
  });

  test("with changes that make no sense, or of an account that is gone, sends and notes nothing", async () => {
    const wish = { changes: { value: 0 }, evenIfArrived: false };
    const [there, gone] = [ports(REQUEUED), ports(REQUEUED, [])];
    expect(await retryEvent(event, wish, there.all)).toMatchObject({
      kind: "correction_refused",
      refused: { field: "value", code: "value_required" },
    });
    expect(await retryEvent(event, wish, gone.all)).toEqual({ kind: "account_gone" });
    expect([there.asked, gone.asked]).toEqual([[], []]);
  });
});
