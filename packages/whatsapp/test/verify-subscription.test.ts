import { describe, expect, test } from "vitest";
import { verifySubscription } from "../src/index.ts";

const asked = { "hub.mode": "subscribe", "hub.verify_token": "a token of ours", "hub.challenge": "1158201444" };

describe("setting up the webhook", () => {
  test("answers Meta's challenge when the token is ours", () => {
    expect(verifySubscription(asked, "a token of ours")).toBe("1158201444");
  });

  test.each([
    ["another token", asked, "another token"],
    ["no token of ours", { ...asked, "hub.verify_token": "" }, ""],
    ["another mode", { ...asked, "hub.mode": "unsubscribe" }, "a token of ours"],
    ["nothing at all", {}, "a token of ours"],
    ["a repeated token", { ...asked, "hub.verify_token": ["a token of ours", "x"] }, "a token of ours"],
    ["a challenge that is markup", { ...asked, "hub.challenge": "<script>" }, "a token of ours"],
    ["an endless challenge", { ...asked, "hub.challenge": "1".repeat(257) }, "a token of ours"],
  ])("is refused for %s", (_, query, token) => {
    expect(verifySubscription(query, token)).toBeNull();
  });
});
