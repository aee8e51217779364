import { describe, expect, test } from "vitest";
import { judgeUnusableClick } from "../src/index.ts";
import { after, anEvent, HOUR, NOON } from "./an-event.ts";

const event = anEvent({ acceptedAt: NOON, expiresAt: after(100 * HOUR) });
const click = { ctwaClid: "ARA-1", conversationId: "c1", adId: null, clickedAt: NOON, matchedBy: "phone" } as const;

describe("an event without a click it may be sent with", () => {
  test.each([
    ["click_window_expired", { kind: "window_expired", click }],
    ["ambiguous_contact", { kind: "ambiguous" }],
  ] as const)("ends at once as %s, however long its account would wait", (reason, choice) => {
    expect(judgeUnusableClick(choice, event, 72, NOON)).toEqual({ status: "skipped", reason });
  });

  test("waits for one while none is known, as long as its account says, and then ends", () => {
    const none = { kind: "none" } as const;
    const waits = { status: "waiting_click", reason: "no_click_yet", dueAt: after(72 * HOUR) };
    expect(judgeUnusableClick(none, event, 72, after(71 * HOUR))).toEqual(waits);
    expect(judgeUnusableClick(none, event, 72, after(72 * HOUR))).toEqual({
      status: "skipped",
      reason: "no_ctwa_clid",
    });
  });
});
