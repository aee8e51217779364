import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { StorageUnavailable } from "@capi-relay/storage";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ApiProblem } from "../src/api-problem.ts";
import { aConversion, CANARIES, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let key: { id: string; secret: string };
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account());
  key = await api.apiKey({ scopes: ["send", "read"] });
});

afterAll(() => api.close());

const CONVERSIONS = "/v1/whatsapp/conversions";

/** What the log says of a request. */
const linesOf = (requestId: string, of = api) =>
  of.logLines.map((line) => JSON.parse(line)).filter((line) => line.requestId === requestId);

test.each<["GET" | "POST", string, string, object]>([
  ["POST", CONVERSIONS, CONVERSIONS, { status: 400, code: "missing_field", param: "accountId" }],
  [
    "GET",
    `${CONVERSIONS}/order-1042:Purchase`,
    `${CONVERSIONS}/:id`,
    { status: 404, code: "conversion_not_found", param: "id" },
  ],
  ["GET", "/v1/api-keys", "/v1/api-keys", { status: 403, code: "scope_missing", param: null }],
])("%s %s leaves one line that the requestId of its answer leads to", async (method, url, route, said) => {
  const answer = await api.callWith(key.secret, method, url, method === "POST" ? {} : undefined);
  const lines = linesOf(answer.json().requestId);
  expect(lines).toEqual([
    expect.objectContaining({ msg: "request.refused", level: "info", method, route, keyId: key.id, ...said }),
  ]);
});

test("a key that nobody knows, a path that is none and a method that is wrong leave theirs", async () => {
  const answers = [
    await api.callWith("wrong", "GET", "/v1/accounts"),
    await api.call("GET", "/nowhere/5511912345678"),
    await api.call("DELETE", "/v1/accounts"),
    await api.call("GET", "/v1/accounts/%zz"),
  ];
  const told = answers.map((answer) =>
    linesOf(answer.json().requestId).map(({ code, route, keyId }) => [code, route, keyId]),
  );
  expect(told).toEqual([
    [["api_key_invalid", "/v1/accounts", null]],
    [["route_not_found", null, null]],
    [["method_not_allowed", null, null]],
    [["bad_request", null, null]],
  ]);
});

test("what is no HTTP leaves one, too", async () => {
  const open = await openApi();
  await open.app.listen({ host: "127.0.0.1", port: 0 });
  const socket = connect((open.app.server.address() as AddressInfo).port, "127.0.0.1");
  let text = "";
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString();
  });
  socket.write("canary\r\n\r\n");
  await once(socket, "close");
  await open.close();
  const { requestId } = JSON.parse(text.slice(text.indexOf("{")));
  expect(linesOf(requestId, open)).toMatchObject([{ code: "bad_request", status: 400, method: null, route: null }]);
});

test("what is refused because we have too much to do leaves a line, and what is our mistake only its own", async () => {
  const find = vi.fn<() => Promise<never>>();
  const broken = await openApi({ ledger: { find, findConfirmed: find } });
  try {
    find.mockRejectedValueOnce(new ApiProblem("overloaded")).mockRejectedValueOnce(new Error("canary"));
    const answers = [await broken.call("GET", `${CONVERSIONS}/e1`), await broken.call("GET", `${CONVERSIONS}/e1`)];
    const told = answers.map((answer) => linesOf(answer.json().requestId, broken).map(({ msg, code }) => [msg, code]));
    expect(told).toEqual([[["request.refused", "overloaded"]], [["a request failed", undefined]]]);
  } finally {
    await broken.close();
  }
});

test.each<[string, Error, string]>([
  ["too much to do", new ApiProblem("overloaded"), "request.refused"],
  ["a database that is away", new StorageUnavailable(new Error("canary")), "the database is away"],
])(
  "of thousands that are refused for %s one a second leaves a line, with the number of the others",
  async (_why, error, msg) => {
    const find = () => Promise.reject(error);
    const broken = await openApi({ ledger: { find, findConfirmed: find } });
    const ask = () => broken.call("GET", `${CONVERSIONS}/e1`);
    const lines = () => broken.logLines.map((line) => JSON.parse(line)).filter((line) => line.msg === msg);
    try {
      const answers = await Promise.all(Array.from({ length: 200 }, ask));
      expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([503]));
      expect(lines().length).toBeLessThan(20);
      await vi.waitFor(async () => {
        const before = lines().length;
        await ask();
        expect(lines().length).toBe(before + 1);
      });
      const told = lines().reduce((sum, { leftOut = 0 }) => sum + 1 + leftOut, 0);
      expect(told).toBeGreaterThan(200);
    } finally {
      await broken.close();
    }
  },
);

test("nothing that a request says is told: no value, no path, and no name of a field that is the caller's own", async () => {
  const own = { Maria: 1, [CANARIES.email]: 2 };
  const answers = [
    await api.call("POST", CONVERSIONS, aConversion(accountId, own)),
    await api.call("PATCH", `/v1/accounts/${accountId}`, { eventNameAliases: { Maria: "canary" } }),
    await api.call("GET", `${CONVERSIONS}/${CANARIES.externalId}?${CANARIES.phone}=1`),
  ];
  const lines = answers.flatMap((answer) => linesOf(answer.json().requestId));
  expect(lines.map(({ param }) => param)).toEqual([null, "eventNameAliases", "id"]);
  expect(JSON.stringify(lines)).not.toMatch(/Maria|canary|5511912345678/);
});

test("the refused items of a batch share one line, and a batch that is taken whole leaves none", async () => {
  const send = (events: object[]) => api.callWith(key.secret, "POST", `${CONVERSIONS}/batch`, { events });
  const mixed = await send([aConversion(accountId), {}, {}, aConversion("nobody")]);
  const whole = await send([aConversion(accountId)]);
  expect(linesOf(String(mixed.headers["x-request-id"]))).toEqual([
    expect.objectContaining({
      msg: "batch.items_refused",
      refused: 3,
      codes: { missing_field: 2, account_not_found: 1 },
      route: `${CONVERSIONS}/batch`,
      keyId: key.id,
    }),
  ]);
  expect(linesOf(String(whole.headers["x-request-id"]))).toEqual([]);
});
