import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_KEY, openApi } from "./an-api.ts";

/*
 * What somebody does who knows this API only by its address: generate the types, write a few lines, compile, run.
 */

const run = promisify(execFile);
const { resolve } = createRequire(import.meta.url);
const TSC = join(resolve("typescript/package.json"), "..", "bin", "tsc");

const PROGRAM = `
import createClient from "openapi-fetch";
import type { paths } from "./relay.d.ts";

const [baseUrl = "", key = ""] = process.argv.slice(2);
const relay = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${key}\` } });
const { data, error, response } = await relay.POST("/v1/whatsapp/conversions", {
  body: {
    accountId: "shop-1",
    eventName: "Purchase",
    eventId: "order-1042:Purchase",
    phoneE164: "5511987654321",
    value: 149.9,
    currency: "BRL",
  },
});
if (error !== undefined) throw new Error(error.error);
const story = await relay.GET("/v1/whatsapp/conversions/{id}", { params: { path: { id: data.id } } });
const today = await relay.GET("/v1/whatsapp/conversions", {
  params: { query: { limit: 5, acceptedFrom: 1_700_000_000, acceptedTo: "2099-01-01T00:00:00Z", status: ["queued"] } },
});
console.log(JSON.stringify([response.status, today.data?.events.length, data.duplicate, story.data?.explanation, story.data?.attempts.length]));
`;

let api: Awaited<ReturnType<typeof openApi>>;
let url: string;
let folder: string;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  await api.account({ id: "shop-1" });
  url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  folder = await mkdtemp(join(tmpdir(), "generated-client-"));
  await writeFile(join(folder, "relay.d.ts"), astToString(await openapiTS(new URL(`${url}/openapi.json`))));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await symlink(join(import.meta.dirname, "..", "node_modules"), join(folder, "node_modules"));
});

afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

/** The compiler's complaints; empty when it has none. */
async function compile(file: string): Promise<string> {
  const options = [
    "--strict",
    "--noEmit",
    "--target",
    "es2024",
    "--module",
    "nodenext",
    "--allowImportingTsExtensions",
  ];
  const types = [
    "--types",
    "node",
    "--typeRoots",
    join(import.meta.dirname, "..", "..", "..", "node_modules", "@types"),
  ];
  try {
    await run(process.execPath, [TSC, ...options, ...types, file], { cwd: folder });
    return "";
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  }
}

test("a client generated from the document compiles, sends a conversion and reads its story", async () => {
  await writeFile(join(folder, "send.ts"), PROGRAM);
  expect(await compile("send.ts")).toBe("");
  const { stdout } = await run(process.execPath, ["send.ts", url, API_KEY], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual([202, 1, false, expect.stringMatching(/stored/), 0]);
});

test("and what the document does not allow does not compile", async () => {
  await writeFile(join(folder, "typo.ts"), PROGRAM.replace("eventName:", "eventNam:"));
  expect(await compile("typo.ts")).toContain("eventNam");
});
