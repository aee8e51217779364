import fc from "fast-check";
import { expect, test } from "vitest";
import { mostBytesOf, toMetaEvent } from "../src/index.ts";
import { anEvent } from "./an-event.ts";

const WABA_ID = "1".repeat(32);
const HASH = "f".repeat(64);

const text = (maxLength: number) => fc.string({ minLength: 1, maxLength, unit: "grapheme" });
const number = fc.double({ min: 0, max: 1e12, noNaN: true });
const hashed = fc.constant(HASH);

const events = fc
  .record({
    eventName: fc.constantFrom("Purchase", "LeadSubmitted"),
    eventId: fc.stringMatching(/^[A-Za-z0-9._:#/+=-]{1,128}$/),
    personal: fc.record({ em: hashed, ph: hashed, externalId: hashed }, { requiredKeys: [] }),
    details: fc.record({
      value: fc.option(number),
      currency: fc.constantFrom(null, "BRL"),
      orderId: fc.option(text(200)),
      contentIds: fc.option(fc.array(text(200), { maxLength: 20 })),
      contents: fc.option(
        fc.array(fc.record({ id: text(200), quantity: fc.nat(1_000_000), itemPrice: number }), { maxLength: 20 }),
      ),
      numItems: fc.option(fc.nat(1_000_000)),
    }),
  })
  .map((fields) => anEvent({ ...fields, automatic: true }));
const clicks = fc.stringMatching(/^[!-~]{1,300}$/).map((ctwaClid) => ({ ctwaClid }));

test("no event takes up more in a request than was reckoned, and none much less", () => {
  fc.assert(
    fc.property(events, clicks, (event, click) => {
      const bytes = Buffer.byteLength(JSON.stringify(toMetaEvent(event, click, WABA_ID)));
      const articles = (event.details.contents ?? []).length;
      const most = mostBytesOf(event, click);
      expect(bytes).toBeLessThanOrEqual(most);
      expect(most - bytes).toBeLessThan(400 + 60 * articles);
    }),
  );
});
