import type { Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { GraphClient, type GraphClientOptions } from "../src/index.ts";
import { httpAnswer, type RawRequest, RawServer, RECEIVED_ONE } from "./raw-server.ts";

const TOKEN = "EAATESTTOKEN";
const POST = { datasetId: "1029384756", accessToken: TOKEN, body: { data: [{ event_name: "Purchase" }] } };

const toStop: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

async function serve(answer: (socket: Socket, request: RawRequest, index: number) => void): Promise<RawServer> {
  const server = await RawServer.start(answer);
  toStop.push(() => server.stop());
  return server;
}

function clientOf(graphUrl: string, options: Partial<GraphClientOptions> = {}): GraphClient {
  const client = new GraphClient({ graphUrl, version: "v25.0", timeoutMs: 2_000, ...options });
  toStop.push(() => client.destroy());
  return client;
}

/** Serves the given bytes and posts once. */
async function answerTo(bytes: string, after: (socket: Socket) => void = () => {}) {
  const server = await serve((socket) => socket.write(bytes, () => after(socket)));
  return clientOf(server.url, { timeoutMs: 600 }).postEvents(POST);
}

describe("the request", () => {
  test("goes to /{version}/{dataset}/events, with the token in the Authorization header and nowhere else", async () => {
    const server = await serve((socket) => socket.write(httpAnswer(200, RECEIVED_ONE)));
    await clientOf(server.url).postEvents(POST);
    const [request] = server.requests;
    const lines = request?.head.split("\r\n") ?? [];
    expect(lines[0]).toBe("POST /v25.0/1029384756/events HTTP/1.1");
    expect(lines.filter((line) => line.includes(TOKEN))).toEqual([`authorization: Bearer ${TOKEN}`]);
    expect(JSON.parse(request?.body ?? "")).toEqual(POST.body);
  });

  test("keeps a path prefix, drops trailing slashes and escapes what does not belong into a path", async () => {
    const server = await serve((socket) => socket.write(httpAnswer(200, RECEIVED_ONE)));
    await clientOf(`${server.url}/sandbox//`).postEvents({ ...POST, datasetId: "../me?x" });
    expect(server.requests[0]?.head).toMatch(/^POST \/sandbox\/v25\.0\/\.\.%2Fme%3Fx\/events HTTP/);
  });

  test("carries appsecret_proof beside the events when there is an app secret", async () => {
    const server = await serve((socket) => socket.write(httpAnswer(200, RECEIVED_ONE)));
    await clientOf(server.url, { appSecret: "test_app_secret" }).postEvents(POST);
    const { body } = server.requests[0] as RawRequest;
    expect(JSON.parse(body)).toEqual({
      ...POST.body,
      appsecret_proof: "bad6df0b858104754a0ffde2f0c05fe9731f1a5e141ee1bccf316d05f28d5135",
    });
    expect(body).not.toContain(TOKEN);
    expect(body).not.toContain("test_app_secret");
  });

  test("reuses connections that answered", async () => {
    const server = await serve((socket) => socket.write(httpAnswer(200, RECEIVED_ONE)));
    const client = clientOf(server.url, { maxConnections: 1 });
    for (const _ of [1, 2, 3, 4, 5]) await client.postEvents(POST);
    expect([server.requests.length, server.connections]).toEqual([5, 1]);
  });

  test.each(["not an address", "ftp://x", "https://user:secret@graph.test", "https://graph.test/?access_token=x"])(
    "is refused at construction for the address %s, without repeating it",
    (graphUrl) => {
      const build = () => new GraphClient({ graphUrl, version: "v25.0", timeoutMs: 1 });
      expect(build).toThrow("graphUrl must be an http(s) address without credentials, query and fragment");
    },
  );
});

describe("a whole answer", () => {
  test("with a count is counted", async () => {
    const answer = await answerTo(httpAnswer(200, RECEIVED_ONE));
    expect(answer).toEqual({ kind: "counted", httpStatus: 200, eventsReceived: 1, traceId: "A1", slowDownMs: null });
  });

  test("after an informational one is read all the same", async () => {
    const answer = await answerTo(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${httpAnswer(200, RECEIVED_ONE)}`);
    expect(answer).toMatchObject({ kind: "counted", eventsReceived: 1 });
  });

  test("without a length is whole when the connection ends", async () => {
    const bytes = `HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${RECEIVED_ONE}`;
    expect(await answerTo(bytes, (socket) => socket.end())).toMatchObject({ kind: "counted" });
  });

  test("with an error envelope is refused, and the headers say how long to wait", async () => {
    const body = '{"error":{"message":"Too many calls","type":"OAuthException","code":80004,"error_subcode":2446079}}';
    const answer = await answerTo(httpAnswer(400, body, { "Retry-After": "7" }));
    expect(answer).toMatchObject({ kind: "refused", httpStatus: 400, error: { code: 80004 }, waitMs: 7_000 });
  });
});

describe("an answer that does not tell is unclear", () => {
  const html = "<html><body>Bad gateway</body></html>";

  test.each([
    ["an HTML 502", httpAnswer(502, html), 502, "not_json"],
    ["an HTML 200", httpAnswer(200, html), 200, "not_json"],
    ["truncated JSON of full length", httpAnswer(200, '{"events_received":1,"mess'), 200, "truncated"],
    ["an empty 200", httpAnswer(200, ""), 200, "empty"],
    ["JSON of another shape", httpAnswer(200, '{"ok":true}'), 200, "unexpected_shape"],
    ["a 500 without an envelope", httpAnswer(500, '{"error":"down"}'), 500, "unexpected_shape"],
    ["a 202", httpAnswer(202, RECEIVED_ONE), 202, "unexpected_status"],
    ["a 204", "HTTP/1.1 204 No Content\r\n\r\n", 204, "empty"],
    ["something that is not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", null, "not_http"],
    ["more than a mebibyte", httpAnswer(200, `"${"x".repeat(1024 * 1024)}"`), 200, "too_large"],
  ])("%s", async (_name, bytes, httpStatus, cause) => {
    expect(await answerTo(bytes)).toEqual({ kind: "unclear", httpStatus, cause });
  });

  test("a redirect, and the other server receives nothing", async () => {
    const elsewhere = await serve((socket) => socket.write(httpAnswer(200, RECEIVED_ONE)));
    for (const status of [301, 302, 303, 307, 308]) {
      const answer = await answerTo(httpAnswer(status, RECEIVED_ONE, { location: `${elsewhere.url}/v25.0/1/events` }));
      expect(answer).toEqual({ kind: "unclear", httpStatus: status, cause: "redirect" });
    }
    expect(elsewhere.connections).toBe(0);
  });
});

describe("a connection lost after the body left is unclear", () => {
  test("reset without an answer", async () => {
    const server = await serve((socket) => socket.resetAndDestroy());
    const answer = await clientOf(server.url).postEvents(POST);
    expect(answer).toEqual({ kind: "unclear", httpStatus: null, cause: "connection_lost" });
    expect(server.requests).toHaveLength(1);
  });

  test("closed by the other side while it still listens", async () => {
    const server = await serve((socket) => socket.end());
    const answer = await clientOf(server.url).postEvents(POST);
    expect(answer).toEqual({ kind: "unclear", httpStatus: null, cause: "connection_lost" });
    expect(server.requests).toHaveLength(1);
  });

  test("cut in the middle of the answer", async () => {
    const bytes = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"events_received":1}';
    const answer = await answerTo(bytes, (socket) => socket.destroy());
    expect(answer).toEqual({ kind: "unclear", httpStatus: 200, cause: "truncated" });
  });

  test("a kept connection that dies under the next request, which is not sent a second time", async () => {
    const server = await serve((socket, _request, index) => {
      if (index === 0) socket.write(httpAnswer(200, RECEIVED_ONE));
      else socket.resetAndDestroy();
    });
    const client = clientOf(server.url);
    expect(await client.postEvents(POST)).toMatchObject({ kind: "counted" });
    expect(await client.postEvents(POST)).toMatchObject({ kind: "unclear", cause: "connection_lost" });
    expect(server.requests).toHaveLength(2);
  });
});

describe("the deadline", () => {
  test("ends a request that is never answered as unclear, and closes its connection", async () => {
    const server = await serve(() => {});
    const answer = await clientOf(server.url, { timeoutMs: 200 }).postEvents(POST);
    expect(answer).toEqual({ kind: "unclear", httpStatus: null, cause: "timeout" });
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });

  test("holds against an answer that drips for ever", async () => {
    const server = await serve((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
      const drip = setInterval(() => socket.write(" "), 20);
      socket.on("close", () => clearInterval(drip));
    });
    const startedAt = performance.now();
    const answer = await clientOf(server.url, { timeoutMs: 300 }).postEvents(POST);
    expect(answer).toEqual({ kind: "unclear", httpStatus: 200, cause: "timeout" });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  test("leaves the client usable", async () => {
    const server = await serve((socket, _request, index) => {
      if (index > 0) socket.write(httpAnswer(200, RECEIVED_ONE));
    });
    const client = clientOf(server.url, { timeoutMs: 200, maxConnections: 1 });
    expect(await client.postEvents(POST)).toMatchObject({ kind: "unclear", cause: "timeout" });
    expect(await client.postEvents(POST)).toMatchObject({ kind: "counted" });
  });
});

describe("waiting for a connection", () => {
  test("beyond its share of the deadline is not_sent, and the request never arrives", async () => {
    const held: Socket[] = [];
    const server = await serve((socket) => held.push(socket));
    const client = clientOf(server.url, { timeoutMs: 400, maxConnections: 2 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => client.postEvents(POST)));
    expect(answers.map(({ kind }) => kind)).toEqual(["unclear", "unclear", ...Array(4).fill("not_sent")]);
    expect(answers[2]).toEqual({ kind: "not_sent", cause: "no_free_connection" });
    expect([server.requests.length, server.connections]).toEqual([2, 2]);
    const late = client.postEvents(POST);
    await vi.waitFor(() => expect(held).toHaveLength(3));
    held[2]?.write(httpAnswer(200, RECEIVED_ONE));
    expect(await late).toMatchObject({ kind: "counted" });
  });

  test("ends in time for those whose turn comes, in order of arrival", async () => {
    const server = await serve((socket) => socket.write(httpAnswer(200, RECEIVED_ONE)));
    const client = clientOf(server.url, { maxConnections: 3 });
    const turns: number[] = [];
    const posts = Array.from({ length: 50 }, (_, n) =>
      client.postEvents({ ...POST, body: { n }, onTurn: () => turns.push(n) }),
    );
    expect(turns).toEqual([0, 1, 2]);
    expect((await Promise.all(posts)).every(({ kind }) => kind === "counted")).toBe(true);
    expect(server.connections).toBe(3);
    expect(turns).toEqual(posts.map((_, n) => n));
    const order = server.requests.map(({ body }) => JSON.parse(body).n as number);
    expect(order.slice(0, 3).sort()).toEqual([0, 1, 2]);
    expect(order).toHaveLength(50);
  });
});

describe("closing", () => {
  test("lets requests that began end, and takes no more", async () => {
    const held: Socket[] = [];
    const server = await serve((socket) => held.push(socket));
    const client = clientOf(server.url);
    const begun = client.postEvents(POST);
    await vi.waitFor(() => expect(held).toHaveLength(1));
    const closed = client.close();
    expect(await client.postEvents(POST)).toEqual({ kind: "not_sent", cause: "client_closed" });
    held[0]?.write(httpAnswer(200, RECEIVED_ONE));
    expect(await begun).toMatchObject({ kind: "counted" });
    await closed;
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });

  test("by force tells what had begun from what had not", async () => {
    const server = await serve(() => {});
    const client = clientOf(server.url, { maxConnections: 1 });
    const begun = client.postEvents(POST);
    const waiting = client.postEvents(POST);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    const connecting = clientOf(server.url);
    const never = connecting.postEvents(POST);
    await Promise.all([client.destroy(), connecting.destroy()]);
    expect(await begun).toEqual({ kind: "unclear", httpStatus: null, cause: "client_closed" });
    expect(await waiting).toEqual({ kind: "not_sent", cause: "client_closed" });
    expect(await never).toEqual({ kind: "not_sent", cause: "client_closed" });
    expect(server.requests).toHaveLength(1);
  });
});
