import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeMissingClick } from "../src/judge-missing-click.ts";

const HOUR_MS = 3_600_000;
const someEvent = fc
  .tuple(fc.integer({ min: 0, max: 2_000_000_000_000 }), fc.integer({ min: 1, max: 168 * HOUR_MS }))
  .map(([accepted, lives]) => ({ acceptedAt: new Date(accepted), expiresAt: new Date(accepted + lives) }));

test("an event without a click waits as long as its account says, never beyond its own deadline, and then ends", () => {
  fc.assert(
    fc.property(
      someEvent,
      fc.integer({ min: 0, max: 168 }),
      fc.integer({ min: 0, max: 200 * HOUR_MS }),
      (event, hours, passed) => {
        const now = new Date(event.acceptedAt.getTime() + passed);
        const isOver = passed >= hours * HOUR_MS || now >= event.expiresAt;
        const outcome = judgeMissingClick(event, hours, now);
        expect(outcome.status).toBe(isOver ? "skipped" : "waiting_click");
        if (outcome.status !== "waiting_click") return;
        const waits = outcome.dueAt.getTime() - event.acceptedAt.getTime();
        expect(waits).toBeLessThanOrEqual(hours * HOUR_MS);
        expect(outcome.dueAt.getTime()).toBeLessThanOrEqual(event.expiresAt.getTime());
        expect([hours * HOUR_MS, event.expiresAt.getTime() - event.acceptedAt.getTime()]).toContain(waits);
      },
    ),
  );
});
