import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { StorageUnavailable } from "@capi-relay/storage";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { API_KEY, aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
});

afterAll(() => api.close());

const CONVERSIONS = "/v1/whatsapp/conversions";
const raw = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  api.app.inject({
    method: "POST",
    url: CONVERSIONS,
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json", ...headers },
    payload,
  });

describe("without the right key", () => {
  const ROUTES = [
    ["POST", CONVERSIONS],
    ["GET", `${CONVERSIONS}/e1`],
    ["POST", "/v1/whatsapp/conversations/lookup"],
    ["GET", `/v1/whatsapp/conversations/${"0".repeat(24)}`],
    ["GET", "/v1/accounts"],
    ["POST", "/v1/accounts"],
    ["GET", "/v1/accounts/a"],
    ["PATCH", "/v1/accounts/a"],
  ] as const;

  test.each(ROUTES)("%s %s lets nobody in", async (method, url) => {
    const missing = await api.app.inject({ method, url });
    expect([missing.statusCode, missing.json().code]).toEqual([401, "api_key_missing"]);
    for (const authorization of [`Bearer ${API_KEY}x`, "Bearer canary", `Bearer ${API_KEY.slice(0, -1)}`]) {
      const wrong = await api.app.inject({ method, url, headers: { authorization } });
      expect([wrong.statusCode, wrong.json().code]).toEqual([401, "api_key_invalid"]);
      expect(wrong.body).not.toContain("canary");
    }
    const basic = await api.app.inject({ method, url, headers: { authorization: `Basic ${API_KEY}` } });
    expect(basic.statusCode).toBe(401);
  });
});

describe("a body", () => {
  test.each<[number, string, string | Buffer, Record<string, string>]>([
    [400, "invalid_json", "{", {}],
    [400, "missing_field", "", {}],
    [400, "invalid_json", Buffer.from([...Buffer.from('{"eventId":"'), 0xff, ...Buffer.from('"}')]), {}],
    [400, "forbidden_key", '{"__proto__":{"accountId":"a"}}', {}],
    [400, "forbidden_key", '{"constructor":{"prototype":{"a":1}}}', {}],
    [400, "invalid_value", "[]", {}],
    [400, "invalid_value", "null", {}],
    [400, "invalid_value", "42", {}],
    [400, "unknown_field", `{"contents":${"[".repeat(20_000)}${"]".repeat(20_000)},"x":1}`, {}],
    [413, "body_too_large", `{"eventId":"${"x".repeat(65_536)}"}`, {}],
    [415, "unsupported_media_type", "a=b", { "content-type": "application/x-www-form-urlencoded" }],
    [415, "unsupported_media_type", "{}", { "content-type": "text/plain" }],
    [415, "unsupported_content_encoding", "{}", { "content-encoding": "gzip" }],
  ])("is refused with %i %s", async (status, code, payload, headers) => {
    const answer = await raw(payload, headers);
    expect(answer.statusCode).toBe(status);
    const { details, ...body } = answer.json();
    expect([body.code, ...details.map((detail: { code: string }) => detail.code)]).toContain(code);
    expect(body.error).toMatch(/\.$/);
  });

  test.each([
    [CONVERSIONS, 65_537, "64 KiB"],
    [`${CONVERSIONS}/batch`, 4 * 1024 * 1024 + 1, "4 MiB"],
  ])("that is too large for %s is told how much fits", async (url, bytes, limit) => {
    const answer = await api.call("POST", url, Buffer.alloc(bytes, "x"), { "content-type": "application/json" });
    expect([answer.statusCode, answer.json().error]).toEqual([
      413,
      `The body is larger than the ${limit} that this route takes.`,
    ]);
  });

  test("may say that it is not encoded", async () => {
    const answer = await raw("{}", { "content-encoding": "identity" });
    expect(answer.json().code).toBe("missing_field");
  });

  test("of one key named constructor and nothing in it is an unknown field like others", async () => {
    expect((await raw('{"constructor":1}')).json().code).not.toBe("invalid_json");
  });

  test("that is missing altogether is refused", async () => {
    const answer = await api.call("POST", CONVERSIONS);
    expect([answer.statusCode, answer.json().type]).toEqual([400, "invalid_request_error"]);
  });
});

describe("a request", () => {
  test.each(["/nowhere", "/v1/whatsapp/conversion", "/v1", "/v1/accounts/a/b"])("to %s finds no route", async (url) => {
    const answer = await api.call("GET", url);
    expect([answer.statusCode, answer.json().code]).toEqual([404, "route_not_found"]);
  });

  test.each([
    ["DELETE", CONVERSIONS, "GET, HEAD, POST"],
    ["GET", "/v1/whatsapp/clicks", "POST"],
    ["PUT", "/v1/accounts/a?x=1", "GET, HEAD, PATCH"],
    ["PATCH", "/v1/webhooks/whatsapp", "GET, HEAD, POST"],
    ["GET", `${CONVERSIONS}/batch`, "POST"],
    ["GET", `${CONVERSIONS}/check?x=1`, "POST"],
    ["GET", "/v1/whatsapp/conversations/lookup", "POST"],
    ["DELETE", "/v1/whatsapp/conversations/lookup", "POST"],
    ["DELETE", "/v1/whatsapp/dataset", "GET, HEAD, POST"],
  ] as const)("%s %s is told which methods there are", async (method, url, allow) => {
    const answer = await api.call(method, url);
    expect([answer.statusCode, answer.json().code]).toEqual([405, "method_not_allowed"]);
    expect(answer.headers["allow"]).toBe(allow);
  });

  test("whose address cannot be decoded is answered in the same shape, and not repeated", async () => {
    const answer = await api.call("GET", `${CONVERSIONS}/%zzcanary`);
    expect([answer.statusCode, answer.json().code]).toEqual([400, "bad_request"]);
    expect(answer.body).not.toContain("canary");
    expect(answer.headers["x-request-id"]).toBe(answer.json().requestId);
  });

  test("keeps its own id through every kind of answer", async () => {
    const headers = { "x-request-id": "order-system.42" };
    const answers = await Promise.all([
      api.call("GET", "/health/live", undefined, headers),
      api.call("GET", "/nowhere", undefined, headers),
      api.call("POST", CONVERSIONS, {}, headers),
      api.app.inject({ method: "GET", url: "/v1/accounts", headers }),
    ]);
    expect(answers.map((answer) => answer.headers["x-request-id"])).toEqual(Array(4).fill("order-system.42"));
    expect(answers.slice(1).map((answer) => answer.json().requestId)).toEqual(Array(3).fill("order-system.42"));
  });

  test.each(["a b", "x".repeat(129), "<script>"])("with an id such as %s gets another", async (given) => {
    const answer = await api.call("GET", "/health/live", undefined, { "x-request-id": given });
    expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("that meets a mistake of ours says so without a word of it", async () => {
    const find = async () => Promise.reject(new Error("canary://user:secret"));
    const broken = await openApi({ ledger: { find, findConfirmed: find } });
    try {
      const answer = await broken.call("GET", `${CONVERSIONS}/e1`);
      expect([answer.statusCode, answer.json().code]).toEqual([500, "internal_error"]);
      expect(answer.body + broken.logLines.join("")).not.toContain("canary");
    } finally {
      await broken.close();
    }
  });
});

describe("while the database is away", () => {
  const away = async () => Promise.reject(new StorageUnavailable(new Error("canary://user:secret@host")));

  test("a conversion is answered 503 and when to come again, never 202", async () => {
    const { id } = await api.account();
    const broken = await openApi({
      dispatcher: { accept: away },
      resting: { wakeWaiters: away, releaseAccount: away },
      decisions: { redrive: away, cancel: away, resolve: away },
    });
    try {
      const account = await broken.account({ id });
      const answer = await broken.call("POST", CONVERSIONS, aConversion(account.id));
      expect([answer.statusCode, answer.json().code, answer.json().type]).toEqual([
        503,
        "storage_unavailable",
        "platform_error",
      ]);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
      expect(answer.body + broken.logLines.join("")).not.toContain("canary://");
    } finally {
      await broken.close();
    }
  });

  test("Meta hears no 200 for a click that was not stored", async () => {
    const broken = await openApi({
      conversations: {
        remember: away,
        rememberFor: away,
        find: away,
        findForContacts: away,
        erase: away,
        forgetEvents: away,
      },
    });
    try {
      const { aDelivery } = await import("./an-api.ts");
      const answer = await broken.webhook(aDelivery("102290129340398"));
      expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "5"]);
    } finally {
      await broken.close();
    }
  });

  test.each<[string, () => Promise<readonly string[]>, object]>([
    ["away", away, { status: "unavailable", database: "away", queue: "ok" }],
    [
      "without an index",
      async () => ["accounts.one_account_per_waba"],
      { status: "unavailable", database: "indexes_missing", queue: "ok" },
    ],
  ])("or %s, we are alive and not ready", async (_what, missingIndexes, body) => {
    const broken = await openApi({ missingIndexes });
    try {
      await vi.waitFor(() => broken.queue.ping());
      const ready = await broken.call("GET", "/health/ready");
      expect([ready.statusCode, ready.json()]).toEqual([503, body]);
      expect((await broken.call("GET", "/health/live")).statusCode).toBe(200);
    } finally {
      await broken.close();
    }
  });
});

test("with everything there we are ready, and nobody needs a key to ask", async () => {
  const ready = await api.app.inject({ method: "GET", url: "/health/ready" });
  expect([ready.statusCode, ready.json()]).toEqual([200, { status: "ok", database: "ok", queue: "ok" }]);
});

test("a hundred who ask at once whether we are ready cost the stores one look, and each hears the answer", async () => {
  let looks = 0;
  const asked = await openApi({ missingIndexes: async () => Array<string>(++looks === 1 ? 0 : 1).fill("one") });
  try {
    await vi.waitFor(() => asked.queue.ping());
    const all = Array.from({ length: 100 }, () => asked.app.inject({ method: "GET", url: "/health/ready" }));
    expect((await Promise.all(all)).map(({ statusCode }) => statusCode)).toEqual(Array(100).fill(200));
    expect((await asked.call("GET", "/health/ready")).json()).toMatchObject({ database: "indexes_missing" });
    expect(looks).toBe(2);
  } finally {
    await asked.close();
  }
});

test("every error code has its entry on the page that errors point to", async () => {
  const page = await api.app.inject({ method: "GET", url: "/docs/errors" });
  expect(page.headers["content-type"]).toMatch(/^text\/html/);
  const { docUrl } = (await api.call("GET", "/nowhere")).json();
  expect(page.body).toContain(`id="${docUrl.split("#")[1]}"`);
  expect(page.body).toContain("Authorization: Bearer &lt;api key&gt;");
});

describe("over a real connection", () => {
  async function heardAfter(sent: string, drip?: string): Promise<{ text: string; seconds: number }> {
    const open = await openApi();
    await open.app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = open.app.server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    const startedAt = performance.now();
    let text = "";
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString();
    });
    socket.write(sent);
    const timer = setInterval(() => drip !== undefined && socket.writable && socket.write(drip), 500);
    await once(socket, "close");
    const seconds = (performance.now() - startedAt) / 1_000;
    clearInterval(timer);
    await open.close();
    return { text, seconds };
  }

  test("a body that only drips in is answered 408, and the connection closed, within 10 seconds", async () => {
    const head = [`POST ${CONVERSIONS} HTTP/1.1`, "host: a", `authorization: Bearer ${API_KEY}`];
    const body = ["content-type: application/json", "content-length: 10000", "", "{"];
    const { text, seconds } = await heardAfter([...head, ...body].join("\r\n"), " ");
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*"code":"request_too_slow"/);
    expect(seconds).toBeLessThan(10.5);
  });

  test("what is no HTTP is answered in our shape", async () => {
    const { text } = await heardAfter("canary\r\n\r\n");
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*"code":"bad_request"/);
    expect(text).not.toContain("canary");
  });
});
