import { describe, expect, test } from "vitest";
import { EVENT_REASONS, type EventReason, explainReason } from "../src/index.ts";

const REASONS = Object.keys(EVENT_REASONS) as EventReason[];

describe("the explanation of a reason", () => {
  test.each(REASONS)("of %s reads as sentences when its halves are joined", (reason) => {
    const explained = explainReason(reason);
    expect(explained).toMatch(/^[A-Z].*\.$/);
    for (const sentence of explained.split(/(?<=\.) (?=[A-Z])/)) expect(sentence.split(" ").length).toBeGreaterThan(2);
    expect(explained).not.toMatch(/Nothing[:.,]|, nothing\./);
  });

  test.each(REASONS)("of %s sends nobody to Events Manager for an event of the sandbox", (reason) => {
    expect(explainReason(reason, { sandbox: true })).not.toContain("Events Manager");
  });

  test("speaks of Events Manager where the event went to Meta", () => {
    expect(explainReason("meta_partial_count")).toContain("Look in Events Manager");
  });

  test("says no more than is known: an erased event may have been tried, and a count may be too high", () => {
    expect(explainReason("contact_erased")).not.toContain("before the event was sent");
    expect(explainReason("contact_erased")).toContain("may have arrived");
    expect(explainReason("meta_partial_count")).not.toContain("fewer");
  });

  test("of a missing click says which clicks count", () => {
    expect(explainReason("no_click_yet")).toMatch(/from before the conversion.*2 minutes after it/);
  });
});
