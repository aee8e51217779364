import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { aRunningStack } from "@capi-relay/local-stack/builders";
import type { Attempt, ConversionStory } from "@capi-relay/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tellChange } from "../src/tell-story.ts";

const MAIN = join(import.meta.dirname, "..", "src", "main.ts");
let stack: Awaited<ReturnType<typeof aRunningStack>>;

beforeAll(async () => {
  stack = await aRunningStack();
  await stack.click("5511987654321");
}, 60_000);
afterAll(() => stack.stop());

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command, as a person types it. */
function follow(args: readonly string[], changes: Record<string, string | undefined> = {}): Promise<Ended> {
  const env = { ...process.env, CAPI_RELAY_URL: stack.apiUrl, CAPI_RELAY_API_KEY: stack.apiKey, ...changes };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

const purchase = (phone: string, eventId = `order-${randomUUID()}:Purchase`) => [
  ...["--account", stack.accountId, "--phone", phone, "--country", "BR"],
  ...["--value", "129.9", "--currency", "BRL", "--event-id", eventId],
];

test("a purchase is followed to its delivery, in lines that fit 80 columns", async () => {
  const eventId = `order-${randomUUID()}:Purchase`;
  const { code, out, err } = await follow(purchase("(11) 98765-4321", eventId));
  expect(err).toBe("");
  expect(code).toBe(0);
  expect(out).toContain(`Purchase ${eventId}, 129.90 BRL\n  of demo-shop, as `);
  expect(out).toMatch(/credited to a click of .* on ad 120226305854810726, found by\s+the phone number/);
  expect(out).toMatch(/try 1: HTTP 200 after \d+ ms/);
  expect(out).toMatch(/\d\d:\d\d:\d\d {2}delivered\n {10}The sandbox has taken the event\./);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);

  const again = await follow(purchase("(11) 98765-4321", eventId));
  expect(again.code).toBe(0);
  expect(again.out).toContain("This event was sent before; nothing is sent twice.");
  expect(await stack.received(eventId)).toHaveLength(1);
}, 30_000);

test("an event that Meta refuses is told with its reason and what to do", async () => {
  await stack.fault({ kind: "error_envelope", subcode: 2_804_009 });
  const { code, out } = await follow(purchase("(11) 98765-4321"));
  expect(code).toBe(1);
  expect(out).toMatch(/HTTP 400 \(100\/2804009\)/);
  expect(out).toMatch(/rejected, meta_value_missing\n/);
}, 30_000);

test("an event that waits for its click is left with the way to go on, and can be followed by id", async () => {
  const { code, out } = await follow([...purchase("(11) 95555-0000"), "--seconds", "1"]);
  expect(code).toBe(3);
  expect(out).toMatch(/waiting_click, no_click_yet\n/);
  expect(out).not.toContain("next at");
  const [, id = ""] = /--id (\S+)/.exec(out) ?? [];
  const later = await follow(["--id", id, "--seconds", "1"]);
  expect(later.code).toBe(3);
  expect(later.out).toContain(`as ${id}`);
}, 30_000);

test.each([
  [["--account", "demo-shop"], {}, "--phone: There is no phone number."],
  [["--phone", "+5511987654321"], {}, "--account is missing"],
  [["--phone", "(11) 98765-4321"], {}, "was given with it. Add --country, or write it with + and the country code."],
  [["--id", "x", "--seconds", "soon"], {}, "--seconds must be a number above 0."],
  [["--colour"], {}, "Unknown option '--colour'"],
  [["--id", "x"], { CAPI_RELAY_API_KEY: undefined }, "CAPI_RELAY_API_KEY is not set."],
  [["--id", "x"], { CAPI_RELAY_URL: "relay" }, "baseUrl must be an address"],
  [["--id", "nobody"], {}, "There is no conversion with this id."],
  [["--id", "x"], { CAPI_RELAY_API_KEY: "canary-wrong-key" }, "The API key is not known here."],
  [["--id", "x"], { CAPI_RELAY_URL: "ftp://x" }, "baseUrl must be an address"],
])("a mistake is a sentence and exit code 2: %j %j", async (args, env, sentence) => {
  const { code, err } = await follow(args, env);
  expect(err).toContain(sentence);
  expect(err).not.toMatch(/^\s+at /m);
  expect(err).not.toContain("canary");
  expect(code).toBe(2);
});

test("a wrong event name is refused with the names that work", async () => {
  const { code, err } = await follow([...purchase("(11) 98765-4321"), "--name", "Lead"]);
  expect(code).toBe(2);
  expect(err).toContain("LeadSubmitted");
});

test("each try is told once, and when the next one is due", () => {
  const attempt: Attempt = {
    ...{ number: 1, trigger: "scheduled", startedAt: "", durationMs: 12, batchSize: 3, httpStatus: 500, code: 2 },
    ...{ subcode: null, traceId: "AbC", outcome: "retry_scheduled", reason: "meta_unavailable", mayHaveArrived: false },
  };
  const sending: ConversionStory = {
    ...{
      id: "e1",
      accountId: "shop",
      eventId: "order-1:Purchase",
      eventName: "Purchase",
      status: "sending",
      reason: null,
    },
    ...{ explanation: "On its way.", testCode: null, value: 1, currency: "BRL", orderId: null, sandbox: false },
    ...{ eventTime: "", acceptedAt: "", dueAt: null, expiresAt: "", endedAt: null, click: null, attempts: [] },
  };
  const later: ConversionStory = {
    ...{ ...sending, status: "retry_scheduled", reason: "meta_unavailable", explanation: "Meta has a problem." },
    ...{ dueAt: "2026-11-22T14:03:19.000Z", attempts: [attempt] },
  };
  const now = new Date("2026-11-22T14:03:14Z");
  expect(tellChange(later, sending, now).split("\n")).toEqual([
    "  try 1 with 2 others: HTTP 500 (2) after 12 ms, trace AbC",
    "14:03:14  retry_scheduled, meta_unavailable",
    "          Meta has a problem.",
    "          next at 14:03:19 UTC",
  ]);
  expect(tellChange(later, later, now)).toBe("");
});

test("the usage is told when asked for", async () => {
  const { code, out } = await follow(["--help"]);
  expect(code).toBe(0);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect(out).toContain("Sends a conversion and tells its story until it ends.");
});
