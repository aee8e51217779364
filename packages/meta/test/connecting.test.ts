import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { GraphClient } from "../src/index.ts";
import { connectCause } from "../src/network-cause.ts";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

const POST = { datasetId: "1", accessToken: "EAATESTTOKEN", body: { data: [] } };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server, backlog?: number): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1", backlog }, resolve));
  return (server.address() as AddressInfo).port;
}

async function postTo(graphUrl: string, options: { timeoutMs?: number; connectTimeoutMs?: number } = {}) {
  const client = new GraphClient({ graphUrl, version: "v25.0", timeoutMs: 5_000, ...options });
  try {
    return await client.postEvents(POST);
  } finally {
    await client.destroy();
  }
}

describe("a request whose connection never stood is not_sent", () => {
  test("connection refused", async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await postTo(`http://127.0.0.1:${port}`)).toEqual({ kind: "not_sent", cause: "connection_refused" });
  });

  test("a name that does not exist", async () => {
    const answer = await postTo("http://graph.nowhere.invalid", { timeoutMs: 20_000, connectTimeoutMs: 10_000 });
    expect(answer).toEqual({ kind: "not_sent", cause: "dns" });
  }, 30_000);

  test("a certificate nobody vouches for; only HTTP/1.1 was offered, and no request was sent", async () => {
    let offered: string[] = [];
    let received = 0;
    const server = createTlsServer(
      {
        ...selfSignedCertificate(),
        ALPNCallback: ({ protocols }) => {
          offered = protocols;
          return protocols[0];
        },
      },
      (socket) => socket.on("data", (chunk) => (received += chunk.length)).on("error", () => {}),
    );
    const port = await listen(server);
    expect(await postTo(`https://127.0.0.1:${port}`)).toEqual({ kind: "not_sent", cause: "tls" });
    expect([offered, received]).toEqual([["http/1.1"], 0]);
  });

  test("TLS spoken to a server that does not speak it", async () => {
    const server = createTcpServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const port = await listen(server);
    expect(await postTo(`https://127.0.0.1:${port}`)).toEqual({ kind: "not_sent", cause: "tls" });
  });

  test("reset in the middle of the TLS handshake", async () => {
    const server = createTcpServer((socket) =>
      socket.on("error", () => {}).once("data", () => socket.resetAndDestroy()),
    );
    const port = await listen(server);
    expect(await postTo(`https://127.0.0.1:${port}`)).toEqual({ kind: "not_sent", cause: "connect_failed" });
  });

  test("a TLS handshake that hangs, by the connect timeout and by the start of the deadline", async () => {
    const server = createTcpServer((socket) => socket.on("error", () => {}));
    const url = `https://127.0.0.1:${await listen(server)}`;
    const byConnectTimeout = postTo(url, { timeoutMs: 20_000, connectTimeoutMs: 200 });
    const byDeadline = postTo(url, { timeoutMs: 400, connectTimeoutMs: 20_000 });
    expect(await byConnectTimeout).toEqual({ kind: "not_sent", cause: "connect_timeout" });
    expect(await byDeadline).toEqual({ kind: "not_sent", cause: "connect_timeout" });
  });

  test.each([
    ["EHOSTUNREACH", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["EAI_AGAIN", "dns"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
    ["ESOMETHINGNEW", "connect_failed"],
  ])("%s is %s", (code, cause) => {
    expect(connectCause(Object.assign(new Error("10.0.0.1:443"), { code }))).toBe(cause);
  });
});
