import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aConversion, openApi } from "./an-api.ts";
import { exampleBodies, type OpenapiDocument, operationsOf, readDocument } from "./described-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let document: OpenapiDocument;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  document = await readDocument(api.app);
});

afterAll(() => api.close());

describe("the OpenAPI document", () => {
  test("is valid OpenAPI 3.1, and nobody needs a key to read it", async () => {
    const answer = await api.app.inject({ method: "GET", url: "/openapi.json" });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(result.errors).toBeUndefined();
    expect([result.valid, document.openapi]).toEqual([true, "3.1.1"]);
  });

  test("says at every operation what a key needs for it, in words, too", () => {
    const [keyed, open] = [true, false].map((isKeyed) =>
      operationsOf(document).filter((operation) => "x-scope" in operation === isKeyed),
    );
    expect(keyed?.length).toBeGreaterThan(20);
    for (const operation of keyed ?? [])
      expect(operation.description?.endsWith(`Scope: \`${operation["x-scope"]}\`.`), operation.operationId).toBe(true);
    for (const operation of open ?? []) expect(operation.description ?? "").not.toContain("Scope:");
  });

  test("shows numbers of a query as numbers", () => {
    const { parameters = [] } =
      operationsOf(document).find(({ operationId }) => operationId === "listConversions") ?? {};
    const schemaOf = (name: string) => parameters.find((one) => one.name === name)?.schema;
    expect(schemaOf("limit")).toEqual({ type: "integer", minimum: 1, maximum: 200, default: 50 });
    expect(schemaOf("acceptedFrom")).toMatchObject({
      oneOf: [
        { type: "integer", minimum: 1_000_000_000, maximum: 99_999_999_999 },
        { type: "string", format: "date-time" },
      ],
    });
  });

  test("says of itself that it is an object, and of pages that they are texts", () => {
    const answerOf = (name: string) =>
      operationsOf(document).find(({ operationId }) => operationId === name)?.responses;
    expect(answerOf("getOpenapi")?.["200"]).toMatchObject({
      description: "An OpenAPI 3.1 document.",
      content: { "application/json": { schema: { type: "object", required: ["openapi"] } } },
    });
    expect(answerOf("explainErrors")?.["200"]?.content?.["text/html"]?.schema).toMatchObject({ type: "string" });
  });

  test("refers to nothing that it does not hold, and holds nothing that it does not refer to", () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    const used = (kind: string) =>
      [...new Set(refs.filter(([, one]) => one === kind).map(([, , name]) => name))].toSorted();
    expect(used("schemas")).toEqual(Object.keys(document.components.schemas).toSorted());
    expect(Object.keys(document.components.examples)).toEqual(expect.arrayContaining(used("examples")));
  });

  test("names every operation once, and says in a few words what it does", () => {
    const operations = operationsOf(document);
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(["sendConversion", "sendConversions", "getConversion", "createAccount"]),
    );
    for (const operation of operations)
      expect(operation).toMatchObject({ summary: expect.stringMatching(/^[A-Z].{8,60}$/), tags: [expect.any(String)] });
  });

  test("describes every field of every schema", () => {
    const mute = Object.entries(document.components.schemas).flatMap(([name, schema]) =>
      Object.entries((schema["properties"] ?? {}) as Record<string, Record<string, unknown>>)
        .filter(([, field]) => field["description"] === undefined && !JSON.stringify(field).includes("$ref"))
        .map(([field]) => `${name}.${field}`),
    );
    expect(mute).toEqual([]);
    for (const schema of Object.values(document.components.schemas)) expect(schema["description"]).toMatch(/\.$/);
  });

  test("lets answers grow: no schema of an answer closes itself", () => {
    const answered = JSON.stringify(operationsOf(document).map(({ responses }) => responses));
    for (const [, name = ""] of answered.matchAll(/schemas\/(\w+)/g))
      expect(document.components.schemas[name]).not.toHaveProperty("additionalProperties");
  });

  test("shows what an item of a batch should be, although the parser takes anything there", () => {
    expect(document.components.schemas["ConversionBatch"]).toMatchObject({
      properties: { events: { items: { $ref: "#/components/schemas/ConversionRequest" }, maxItems: 1_000 } },
    });
  });

  test("asks for a bearer's key exactly where one is needed", async () => {
    for (const { method, path, "x-scope": scope } of operationsOf(document)) {
      const url = path.replace("{id}", "a");
      const { statusCode } = await api.app.inject({ method, url, headers: { "content-type": "application/json" } });
      const needsNoKey = scope === undefined || path.startsWith("/v1/webhooks");
      if (needsNoKey) expect(scope).toBeUndefined();
      else expect([path, statusCode]).toEqual([path, 401]);
    }
  });
});

test("every example of a request is taken as it stands in the document", async () => {
  const shown = operationsOf(document).flatMap((operation) =>
    exampleBodies(operation).map((body) => ({ operation, body })),
  );
  const withBody = operationsOf(document).filter(({ requestBody }) => requestBody !== undefined);
  expect(new Set(shown.map(({ operation }) => operation))).toEqual(new Set(withBody));
  const creation = shown.find(({ operation }) => operation.operationId === "createAccount");
  const created = await api.call("POST", "/v1/accounts", creation?.body);
  expect(created.statusCode).toBe(201);
  const conversation = await api.call("POST", "/v1/whatsapp/clicks", {
    accountId: "shop-1",
    ctwaClid: "ARA-seed",
    clickedAt: "2026-11-20T12:00:00Z",
    phoneE164: "5511987654321",
  });
  expect(conversation.statusCode).toBe(201);

  for (const { operation, body } of shown.filter(({ operation }) => operation.operationId !== "createAccount")) {
    const { url } = await targetOf(operation.operationId, operation.path);
    const answer = await api.call(operation.method, url, body);
    expect([operation.operationId, answer.statusCode, answer.body]).toEqual([
      operation.operationId,
      expect.toSatisfy((status: number) => status >= 200 && status < 300 && String(status) in operation.responses),
      answer.body,
    ]);
  }
});

/**
 * An address at which the example makes sense: an event that may be retried, cancelled, resolved; an account with a
 * dataset.
 */
async function targetOf(operationId: string, path: string): Promise<{ url: string }> {
  if (!path.includes("{id}")) return { url: path };
  if (path.startsWith("/v1/accounts")) return { url: path.replace("{id}", "shop-1") };
  if (path.startsWith("/v1/api-keys")) return { url: path.replace("{id}", (await api.apiKey()).id) };
  const { id } = (await api.call("POST", "/v1/whatsapp/conversions", aConversion("shop-1"))).json();
  const fitting = { retryConversion: "rejected", resolveConversion: "outcome_unknown" } as const;
  const status = operationId in fitting ? fitting[operationId as keyof typeof fitting] : "queued";
  await api.mongo.native.events.updateOne({ _id: id }, { $set: { status } });
  return { url: path.replace("{id}", id) };
}

describe("what browsers are told", () => {
  test("an answer is data: nothing may be loaded, run, framed or read by another site", async () => {
    const answers = await Promise.all([
      api.call("GET", "/health/live"),
      api.call("GET", "/v1/accounts", undefined, { origin: "https://elsewhere.example" }),
      api.call("GET", "/nowhere", undefined, { origin: "https://elsewhere.example" }),
      api.app.inject({ method: "OPTIONS", url: "/v1/accounts", headers: { origin: "https://elsewhere.example" } }),
    ]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        "content-security-policy": "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
      });
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  test("the reference at /docs comes from our own host alone, and runs only its own scripts", async () => {
    const page = await api.app.inject({ method: "GET", url: "/docs/" });
    expect([page.statusCode, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.body.match(/https?:\/\/(?!www\.w3\.org\/2000\/svg)[^"'\s]+/g)).toBeNull();
    const policy = String(page.headers["content-security-policy"]);
    const [, nonce] = /script-src 'self' 'nonce-([^']+)'(?:;|$)/.exec(policy) ?? [];
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(page.body).toContain(`nonce="${nonce}"`);
    const [, script = ""] = /src="([^"]+)"/.exec(page.body) ?? [];
    const loaded = await api.app.inject({ method: "GET", url: new URL(script, "http://relay/docs/").pathname });
    expect([loaded.statusCode, loaded.headers["content-type"]]).toEqual([200, "application/javascript; charset=utf-8"]);
    expect((await api.app.inject({ method: "GET", url: "/docs" })).headers["location"]).toBe("/docs/");
  });

  test("the page of errors lists its codes first and shows names as code", async () => {
    const { body } = await api.app.inject({ method: "GET", url: "/docs/errors" });
    const [contents = "", entries = ""] = body.split("</nav>");
    const idsOf = (text: string, mark: RegExp) => [...text.matchAll(mark)].map(([, id]) => id).toSorted();
    expect(idsOf(contents, /href="#(\w+)"/g)).toEqual(idsOf(entries, /dt id="(\w+)"/g));
    expect(body).not.toContain("`");
    expect(entries).toContain("<code>Retry-After</code>");
  });

  test("the page of errors may use its own styles", async () => {
    const page = await api.app.inject({ method: "GET", url: "/docs/errors" });
    expect(page.headers["content-security-policy"]).toMatch(
      /^default-src 'none';.*style-src 'sha256-[A-Za-z0-9+/=]+'$/,
    );
  });
});
