import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createLogger } from "@capi-relay/runtime";
import { expect, onTestFinished, test, vi } from "vitest";
import { AlertBell } from "../src/alert-bell.ts";
import { alertText } from "../src/alert-text.ts";

const CAUSE = { kind: "account_paused", accountId: "shop", detail: "meta_token_invalid" } as const;

function bellOf(webhookUrl: string | undefined, isNew = true, pausesMs: readonly number[] = [60_000]) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const bell = new AlertBell({
    alerts: { raise: async () => isNew, close: async () => isNew },
    webhookUrl,
    log: createLogger({ name: "test", level: "info", destination }),
    now: () => new Date(0),
    pausesMs,
  });
  return { bell, lines };
}

async function listener(answer: (response: ServerResponse) => void): Promise<{ url: string; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    heard.push(await text(request));
    answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`, heard };
}

test("a new alert is one warning and one post, in words a person understands", async () => {
  const { url, heard } = await listener((response) => response.writeHead(204).end());
  const { bell, lines } = bellOf(url);
  await bell.ring(CAUSE);
  await bell.close();
  expect(heard.map((body) => JSON.parse(body))).toEqual([
    { ...CAUSE, text: alertText(CAUSE), openedAt: "1970-01-01T00:00:00.000Z", closedAt: null },
  ]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("alert.opened");
});

test("an alert that is open already rings nothing", async () => {
  const { url, heard } = await listener((response) => response.writeHead(204).end());
  const { bell, lines } = bellOf(url, false);
  await bell.ring(CAUSE);
  await bell.close();
  expect([heard, lines]).toEqual([[], []]);
});

test("an alert whose cause is gone is one line and one post, and nothing more when it was closed already", async () => {
  const { url, heard } = await listener((response) => response.writeHead(204).end());
  const alert = { _id: "a", ...CAUSE, openedAt: new Date(-60_000), lastMetAt: new Date(-60_000), closedAt: null };
  for (const isOpen of [true, false]) {
    const { bell, lines } = bellOf(url, isOpen);
    await bell.allClear(alert);
    await bell.close();
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(isOpen ? ["alert.closed"] : []);
  }
  const text = "Account shop is no longer paused.";
  expect(heard.map((body) => JSON.parse(body))).toEqual([
    { ...CAUSE, text, openedAt: "1969-12-31T23:59:00.000Z", closedAt: "1970-01-01T00:00:00.000Z" },
  ]);
});

test("whoever rings does not wait for a listener that never answers", async () => {
  let answer: ServerResponse | undefined;
  const { url } = await listener((response) => {
    answer = response;
  });
  const { bell } = bellOf(url);
  await bell.ring(CAUSE);
  await vi.waitFor(() => expect(answer).toBeDefined());
  answer?.writeHead(200).end();
  await bell.close();
}, 2_500);

test.each([
  ["refuses", async () => (await listener((response) => response.writeHead(500).end())).url],
  ["is away", async () => "http://127.0.0.1:1/secret-path"],
])("a listener that %s is a warning that does not show its address", async (_what, url) => {
  const { bell, lines } = bellOf(await url());
  await bell.ring(CAUSE);
  await bell.close();
  expect(lines).toHaveLength(2);
  expect(lines.join("")).not.toContain("secret-path");
});

test("an alert that does not get through is tried again, and no more once it has", async () => {
  let answers = 0;
  const { url, heard } = await listener((response) => {
    answers += 1;
    response.writeHead(answers === 1 ? 503 : 204).end();
  });
  const { bell, lines } = bellOf(url, true, [1, 1]);
  await bell.ring(CAUSE);
  await vi.waitFor(() => expect(heard).toHaveLength(2));
  await bell.close();
  expect(heard[1]).toBe(heard[0]);
  expect(heard).toHaveLength(2);
  expect(lines).toHaveLength(2);
});

test("whoever closes does not wait for a try that is still to come", async () => {
  const { url, heard } = await listener((response) => response.writeHead(503).end());
  const { bell, lines } = bellOf(url);
  await bell.ring(CAUSE);
  await vi.waitFor(() => expect(lines).toHaveLength(2));
  await bell.close();
  expect(heard).toHaveLength(1);
}, 2_500);

test.each([
  [CAUSE, /account shop .*paused.*token.*new access token/i],
  [{ kind: "account_paused", accountId: "shop", detail: "a reason of tomorrow" }, /shop.*a reason of tomorrow/],
  [{ kind: "event_name_switched_off", accountId: "shop", detail: "Purchase" }, /Purchase.*shop/],
  [{ kind: "meta_counted_none", accountId: "shop", detail: "" }, /shop.*counts none/],
  [{ kind: "event_quarantined", accountId: "shop", detail: "e123" }, /e123 of account shop/],
] as const)("%o says whom it is about, and what", (cause, text) => {
  expect(alertText(cause)).toMatch(text);
});
