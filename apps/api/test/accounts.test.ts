import { randomInt } from "node:crypto";
import { TOKEN } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  api = await openApi();
});

afterAll(() => api.close());

const aRequest = (changes: object = {}) => ({
  name: "Shop",
  wabaId: String(randomInt(1e11, 9e11)),
  accessToken: TOKEN,
  ...changes,
});

test("an account is created with its defaults, read and listed, and never shows its token", async () => {
  const created = await api.call("POST", "/v1/accounts", aRequest({ id: "shop-1", datasetId: "7654321" }));
  expect(created.statusCode).toBe(201);
  expect(created.json()).toMatchObject({
    id: "shop-1",
    datasetId: "7654321",
    tokenVersion: 1,
    state: "active",
    unknownOutcome: "resend",
    waitForClickHours: 48,
    allowedEventNames: expect.arrayContaining(["LeadSubmitted", "Purchase"]),
  });
  const read = await api.call("GET", "/v1/accounts/shop-1");
  const listed = await api.call("GET", "/v1/accounts");
  const changed = await api.call("PATCH", "/v1/accounts/shop-1", { name: "New name", accessToken: `${TOKEN}-2` });
  expect(read.json()).toEqual(created.json());
  expect(listed.json().accounts).toContainEqual(created.json());
  expect(changed.json()).toMatchObject({ name: "New name", tokenVersion: 2 });
  for (const { body } of [created, read, listed, changed]) expect(body).not.toMatch(/canary|sealed|k1:|accessToken/i);
  expect(api.logLines.join("")).not.toContain(TOKEN);
});

test.each<[number, string, object, object]>([
  [409, "account_id_taken", { id: "twice" }, { id: "twice" }],
  [409, "waba_taken", { wabaId: "555555555" }, { wabaId: "555555555" }],
])("%i %s answers a second one of the same", async (status, code, first, second) => {
  await api.account(first);
  const answer = await api.call("POST", "/v1/accounts", aRequest(second));
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
});

test.each<[string, string | null, object]>([
  ["missing_field", "wabaId", { wabaId: undefined }],
  ["missing_field", "accessToken", { accessToken: undefined }],
  ["invalid_value", "wabaId", { wabaId: "my waba" }],
  ["invalid_value", "accessToken", { accessToken: "canary with spaces" }],
  ["invalid_value", "id", { id: "a/b" }],
  ["invalid_value", "datasetId", { wabaId: "123123123", datasetId: "123123123" }],
  ["invalid_value", "allowedEventNames.0", { allowedEventNames: ["canary"] }],
  ["unknown_field", "state", { state: "paused" }],
  ["unknown_field", "tokenVersion", { tokenVersion: 9 }],
])("%s about %s answers a request with %j, and repeats no value", async (code, param, changes) => {
  const answer = await api.call("POST", "/v1/accounts", aRequest(changes));
  expect([answer.statusCode, answer.json().code, answer.json().param]).toEqual([400, code, param]);
  expect(answer.body).not.toMatch(/canary/i);
});

test("a key of the caller's own making is not repeated either", async () => {
  const answer = await api.call(
    "POST",
    "/v1/accounts",
    aRequest({ eventNameAliases: { "canary@example.com": "Nonsense" } }),
  );
  expect(answer.statusCode).toBe(400);
  expect(answer.body).not.toContain("canary");
});

test("a change of what may not change, or of nobody, is refused", async () => {
  const { id } = await api.account();
  const waba = await api.call("PATCH", `/v1/accounts/${id}`, { wabaId: "999999999" });
  expect([waba.statusCode, waba.json().code]).toEqual([400, "unknown_field"]);
  const nobody = await api.call("PATCH", "/v1/accounts/nobody", { name: "x" });
  expect([nobody.statusCode, nobody.json().code]).toEqual([404, "account_not_found"]);
  for (const unknown of ["nobody", "x".repeat(100)]) {
    const answer = await api.call("GET", `/v1/accounts/${unknown}`);
    expect([answer.statusCode, answer.json().code]).toEqual([404, "account_not_found"]);
  }
});

test("a change does not take the WABA id for the dataset's, just like a creation", async () => {
  const { id, wabaId } = await api.account();
  const answer = await api.call("PATCH", `/v1/accounts/${id}`, { datasetId: wabaId });
  expect([answer.statusCode, answer.json().code, answer.json().param]).toEqual([400, "invalid_value", "datasetId"]);
  expect((await api.call("PATCH", `/v1/accounts/${id}`, { datasetId: "7654321" })).json().datasetId).toBe("7654321");
});

test("a change counts for the very next conversion of the same process", async () => {
  const { id } = await api.account({ allowedEventNames: ["Purchase"] });
  const refused = await api.call("POST", "/v1/whatsapp/conversions", aConversion(id));
  expect(refused.json().code).toBe("event_name_not_allowed");
  await api.call("PATCH", `/v1/accounts/${id}`, { allowedEventNames: ["LeadSubmitted"] });
  expect((await api.call("POST", "/v1/whatsapp/conversions", aConversion(id))).statusCode).toBe(202);
});

test("an account that was asked for before it existed is known once it does", async () => {
  const early = await api.call("POST", "/v1/whatsapp/conversions", aConversion("early-bird"));
  expect(early.statusCode).toBe(404);
  await api.account({ id: "early-bird" });
  expect((await api.call("POST", "/v1/whatsapp/conversions", aConversion("early-bird"))).statusCode).toBe(202);
});
