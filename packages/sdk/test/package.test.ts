import { execFile, execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answer, aServer, type Play, RECEIPT } from "./a-server.ts";

const PACKAGE = join(import.meta.dirname, "..");
const REPOSITORY = join(PACKAGE, "..", "..");
const COMPILER = join(REPOSITORY, "node_modules", "typescript", "bin", "tsc");

/** The workspace's Node, and those the machine has beside it from Node 20 on: often the oldest line we support. */
const NODES = [process.execPath, "/usr/bin/node", "/usr/local/bin/node"].flatMap((node) => {
  const { status, stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  const major = Number(/^v(\d+)\./.exec(stdout)?.[1] ?? 0);
  return status === 0 && major >= 20 ? [[stdout.trim(), node] as const] : [];
});

const run = promisify(execFile);
let project = "";
let tarball = "";

/** A stranger's project: only the tarball, no registry, no cache, no workspace around it. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "capi-relay-sdk-"));
  const built = join(project, "built");
  execFileSync(process.execPath, [join(PACKAGE, "build", "main.ts"), built]);
  const packed = JSON.parse(npm("pack", built, "--json", "--pack-destination", project)) as { filename: string }[];
  tarball = packed[0]?.filename ?? "";
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "shop", private: true, type: "module" }));
  npm("install", "--offline", "--no-audit", "--no-fund", join(project, tarball));
  writeFileSync(join(project, "program.ts"), PROGRAM);
  rmSync(built, { recursive: true });
}, 120_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

const PROGRAM = `import { CapiRelay, hasEnded, isCapiRelayError, type BatchResult, type ConversionEvent } from "@capi-relay/sdk";

const [, , baseUrl = ""] = process.argv;
const relay = new CapiRelay({ baseUrl, apiKey: "a-key", timeoutMs: 5_000 });
const purchase: ConversionEvent = {
  accountId: "demo-shop",
  eventName: "Purchase",
  eventId: "order-1042:Purchase",
  phoneE164: "5511987654321",
  eventTime: new Date("2026-11-22T12:00:00Z"),
  value: 129.9,
  currency: "BRL",
};
const receipt = await relay.conversions.send(purchase, { waitSeconds: 1 });
const status: string = hasEnded(receipt) ? receipt.platform : receipt.status;
const results: readonly BatchResult[] = await relay.conversions.sendBatch([purchase]);
const refused = results.filter((result) => result.error !== undefined).map(({ error }) => error?.code ?? "");
try {
  await relay.conversions.get("unknown");
} catch (error) {
  if (!isCapiRelayError(error, "conversion_not_found")) throw error;
  console.log(JSON.stringify({ status, refused, code: error.code }));
}
`;

test("what the README says about installing is what this package is: script, folder, tarball", () => {
  const readme = readFileSync(join(PACKAGE, "README.md"), "utf8");
  const [, commands = ""] = /## Install\n[^`]*```sh\n([^`]*)```/.exec(readme) ?? [];
  const lines = commands.trim().split("\n");
  const { name, scripts } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  const { packageManager } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
  expect(lines[1]).toBe(`npx -y ${packageManager} --filter ${name} build`);
  expect(scripts.build).toBe("node build/main.ts");
  expect(readFileSync(join(PACKAGE, "build", "main.ts"), "utf8")).toContain('join(PACKAGE, "dist")');
  expect(lines[2]).toMatch(new RegExp(`^npm pack ./packages/sdk/dist +# writes ${tarball}$`));
  expect(lines[3]).toMatch(new RegExp(`npm install \\S+/${tarball}$`));
});

test("the tarball holds the built files, README and licence, and asks for nothing", () => {
  const installed = join(project, "node_modules", "@capi-relay", "sdk");
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  for (const field of ["dependencies", "devDependencies", "scripts", "private"])
    expect(manifest).not.toHaveProperty(field);
  expect(manifest.peerDependenciesMeta).toEqual({ "libphonenumber-js": { optional: true } });
  expect(existsSync(join(project, "node_modules", "libphonenumber-js"))).toBe(false);
  for (const file of ["README.md", "LICENSE", "lib/index.js", "lib/index.d.ts", "lib/phone.js", "lib/phone.d.ts"]) {
    expect(existsSync(join(installed, file)), file).toBe(true);
  }
  expect(existsSync(join(installed, "src"))).toBe(false);
});

test.each([
  ["the types of a browser or a worker", ["es2022", "dom"], []],
  ["Node's own types", ["es2022"], ["node"]],
])("a strict program type-checks with %s, and declarations are checked too", (_name, lib, types) => {
  // The program itself speaks to Node in one word.
  const globals = types.length === 0 ? "declare const process: { readonly argv: readonly string[] };\n" : "";
  writeFileSync(join(project, "globals.d.ts"), globals);
  const typeRoots = [join(REPOSITORY, "node_modules", "@types")];
  const compilerOptions = {
    ...{ module: "nodenext", target: "es2022", strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true },
    ...{ noUncheckedIndexedAccess: true, outDir: "out", rootDir: ".", lib, types, typeRoots },
  };
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["program.ts", "globals.d.ts"] }),
  );
  const { status, stdout } = spawnSync(process.execPath, [COMPILER, "--project", project], { encoding: "utf8" });
  expect(stdout).toBe("");
  expect(status).toBe(0);
});

test("a wrong field is an error of the compiler", () => {
  mkdirSync(join(project, "wrong"), { recursive: true });
  const wrong = PROGRAM.replace("phoneE164:", "phone:").replace('"conversion_not_found"', "404");
  writeFileSync(join(project, "wrong", "program.ts"), wrong);
  const flags = [
    "--ignoreConfig",
    "--noEmit",
    "--module",
    "nodenext",
    "--strict",
    "--lib",
    "es2022,dom",
    "--types",
    "",
  ];
  const { stdout } = spawnSync(process.execPath, [COMPILER, ...flags, join(project, "wrong", "program.ts")], {
    encoding: "utf8",
  });
  expect(stdout).toContain("'phone' does not exist in type 'ConversionEvent'");
  expect(stdout).toContain("Argument of type '404' is not assignable");
});

const relay: Play = (response, request) => {
  const isBatch = request.url.endsWith("/batch");
  if (request.method === "GET") return answer(404, { error: "No.", code: "conversion_not_found" })(response, request);
  return answer(isBatch ? 200 : 202, isBatch ? { results: [{ index: 0, ...RECEIPT }] } : RECEIPT)(response, request);
};

test.each(NODES)("the compiled program runs on %s (%s)", async (_version, node) => {
  const { baseUrl } = await aServer(relay);
  const { stdout } = await run(node, [join(project, "out", "program.js"), baseUrl], { cwd: project });
  expect(JSON.parse(stdout)).toEqual({ status: "queued", refused: [], code: "conversion_not_found" });
});

function npm(...args: readonly string[]): string {
  const env = {
    ...process.env,
    npm_config_cache: join(project, "empty-cache"),
    npm_config_registry: "http://127.0.0.1:9/",
  };
  return execFileSync("npm", [...args], { cwd: project, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}
