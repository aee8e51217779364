import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asPublished } from "./published-declaration.ts";
import { publishedManifest } from "./published-manifest.ts";

/*
 * `pnpm --filter @capi-relay/sdk build`: writes the package that is published into `dist`, complete: `npm pack ./dist`. Inside
 * the repository everybody imports the sources, so this package itself stays private and cannot be published by mistake.
 */

const PACKAGE = join(import.meta.dirname, "..");
const REPOSITORY = join(PACKAGE, "..", "..");
const [target = join(PACKAGE, "dist")] = process.argv.slice(2);
const lib = join(target, "lib");

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const compiler = join(REPOSITORY, "node_modules", "typescript", "bin", "tsc");
const project = join(PACKAGE, "tsconfig.build.json");
const { status } = spawnSync(process.execPath, [compiler, "--project", project, "--outDir", lib], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
for (const name of readdirSync(lib).filter((file) => file.endsWith(".d.ts"))) {
  const file = join(lib, name);
  writeFileSync(file, asPublished(readFileSync(file, "utf8")));
}

const manifest = publishedManifest(JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")));
writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(join(PACKAGE, "README.md"), join(target, "README.md"));
copyFileSync(join(REPOSITORY, "LICENSE"), join(target, "LICENSE"));
