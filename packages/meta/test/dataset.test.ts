import { afterEach, describe, expect, test } from "vitest";
import { GraphClient, type GraphClientOptions } from "../src/index.ts";
import { httpAnswer, RawServer } from "./raw-server.ts";

const TOKEN = "EAATESTTOKEN";
const PROOF = "bad6df0b858104754a0ffde2f0c05fe9731f1a5e141ee1bccf316d05f28d5135";
const QUESTION = { wabaId: "102290129340398", accessToken: TOKEN };

const toStop: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

async function serve(answer: string): Promise<RawServer> {
  const server = await RawServer.start((socket) => socket.write(answer));
  toStop.push(() => server.stop());
  return server;
}

function clientOf(graphUrl: string, options: Partial<GraphClientOptions> = {}): GraphClient {
  const client = new GraphClient({ graphUrl, version: "v25.0", timeoutMs: 600, ...options });
  toStop.push(() => client.destroy());
  return client;
}

describe("asking for the dataset of a WABA", () => {
  test("goes to /{version}/{waba}/dataset, the token in its header, the proof in the query", async () => {
    const server = await serve(httpAnswer(200, '{"data":[{"id":"1000000000000001"}]}'));
    const answer = await clientOf(server.url, { appSecret: "test_app_secret" }).findDataset(QUESTION);
    expect(answer).toEqual({ kind: "found", httpStatus: 200, datasetId: "1000000000000001" });
    const lines = server.requests[0]?.head.split("\r\n") ?? [];
    expect(lines[0]).toBe(`GET /v25.0/102290129340398/dataset?appsecret_proof=${PROOF} HTTP/1.1`);
    expect(lines.filter((line) => line.includes(TOKEN))).toEqual([`authorization: Bearer ${TOKEN}`]);
    expect(server.requests[0]?.body).toBe("");
  });

  test("and creating it name the dataset in the body only", async () => {
    const server = await serve(httpAnswer(200, '{"id":"1000000000000001"}'));
    const client = clientOf(server.url);
    expect(await client.createDataset(QUESTION, "Shop")).toMatchObject({
      kind: "found",
      datasetId: "1000000000000001",
    });
    await client.createDataset(QUESTION, null);
    expect(server.requests.map(({ head }) => head.split("\r\n")[0])).toEqual(
      Array(2).fill("POST /v25.0/102290129340398/dataset HTTP/1.1"),
    );
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([{ dataset_name: "Shop" }, {}]);
  });

  test.each<[string, number, string, object]>([
    ["an empty list", 200, '{"data":[]}', { kind: "none" }],
    ["an id as a number", 200, '{"id":1000000000000001}', { kind: "found", datasetId: "1000000000000001" }],
    [
      "a refusal",
      400,
      '{"error":{"code":100,"error_subcode":33}}',
      { kind: "refused", error: { code: 100, subcode: 33 } },
    ],
    ["a refusal beside an id", 200, '{"id":"1000000000000001","error":{"code":190}}', { kind: "refused" }],
    ["a bare 429", 429, "", { kind: "throttled" }],
    ["an id that is none", 200, '{"id":"../me"}', { kind: "unclear", cause: "unexpected_shape" }],
    ["an id with another status", 202, '{"id":"1000000000000001"}', { kind: "unclear", cause: "unexpected_status" }],
    ["a page", 502, "<html>", { kind: "unclear", cause: "not_json" }],
    ["half of it", 200, '{"id":"10000', { kind: "unclear", cause: "truncated" }],
    ["a redirect", 302, '{"id":"1000000000000001"}', { kind: "unclear", cause: "redirect" }],
  ])("answered by %s", async (_what, status, body, expected) => {
    const server = await serve(httpAnswer(status, body));
    expect(await clientOf(server.url).findDataset(QUESTION)).toMatchObject(expected);
  });

  test("where nobody listens was not sent", async () => {
    const server = await serve("");
    const { url } = server;
    await server.stop();
    expect(await clientOf(url).createDataset(QUESTION, null)).toMatchObject({ kind: "not_sent" });
  });
});

describe("whoever counts requests", () => {
  const factsOf = async (answer: string) => {
    const facts: object[] = [];
    const server = await serve(answer);
    const client = clientOf(server.url, { onRequest: (one) => facts.push(one) });
    await client.postEvents({ datasetId: "77", accessToken: TOKEN, body: { data: [] } });
    await client.findDataset(QUESTION);
    return facts;
  };

  test("learns status, code and duration of each, and of whom it was about nothing", async () => {
    const facts = await factsOf(httpAnswer(400, '{"error":{"code":190,"message":"canary"}}'));
    const durationMs = expect.any(Number);
    expect(facts).toEqual([
      { call: "events", status: 400, code: 190, durationMs },
      { call: "dataset", status: 400, code: 190, durationMs },
    ]);
  });

  test("learns of an answer that never came", async () => {
    expect(await factsOf("")).toMatchObject([
      { call: "events", status: "unclear", code: null },
      { call: "dataset", status: "unclear", code: null },
    ]);
  });
});
