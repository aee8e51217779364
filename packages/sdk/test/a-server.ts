import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { CapiRelay, type CapiRelayOptions } from "../src/index.ts";

interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly at: number;
}

/** What the server does with one request. */
export type Play = (response: ServerResponse, request: SeenRequest) => unknown;

export const API_KEY = "canary-api-key-0123456789";

export const RECEIPT = {
  id: "ettnr7Fr8hqiEhuT9bUf1Jg",
  eventId: "order-1042:Purchase",
  status: "queued",
  duplicate: false,
  expiresAt: "2026-11-29T11:55:00.000Z",
};

export const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Play =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

export const refusal = (status: number, code: string, headers: Record<string, string> = {}): Play =>
  answer(
    status,
    {
      ...{ error: `The sentence of ${code}.`, type: "invalid_request_error", code, param: "value" },
      ...{ details: [{ code, param: "value", message: "m" }], requestId: "req-1", docUrl: `/docs/errors#${code}` },
    },
    headers,
  );

export const reset: Play = (response) => response.socket?.resetAndDestroy();
export const silence: Play = () => {};

/** A real server on a loopback port that does one thing after the other, the last one for ever. */
export async function aServer(...plays: readonly Play[]) {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const one = { method, url, headers, body: await text(request), at: performance.now() };
    seen.push(one);
    plays[Math.min(seen.length, plays.length) - 1]?.(response, one);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const baseUrl = `http://127.0.0.1:${address.port}`;
  return {
    seen,
    baseUrl,
    client: (changes: Partial<CapiRelayOptions> = {}) => new CapiRelay({ baseUrl, apiKey: API_KEY, ...changes }),
  };
}

/** An address where nobody listens any more. */
export async function aClosedPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

export const PURCHASE = {
  accountId: "demo-shop",
  eventName: "Purchase",
  eventId: "order-1042:Purchase",
  phoneE164: "5511987654321",
  value: 129.9,
  currency: "BRL",
} as const;
