import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./app-process.ts";
import { readFlags, USAGE } from "./case-flags.ts";

/**
 * `pnpm faults` runs all tests, `pnpm faults 3 17` those two, `pnpm faults --planted` lets the checker prove itself.
 */
const folder = join(REPOSITORY, "apps", "faults");
const wanted = readFlags(process.argv.slice(2), readdirSync(join(folder, "test-cases")));

if (wanted === "help") {
  process.stdout.write(USAGE);
} else if ("mistake" in wanted) {
  process.stderr.write(`${wanted.mistake}\n\n${USAGE}`);
  process.exitCode = 2;
} else if ("planted" in wanted) {
  run([join(folder, "src", "planted", "main.ts"), ...wanted.planted]);
} else {
  const vitest = join(REPOSITORY, "node_modules", "vitest", "vitest.mjs");
  const files = wanted.files.map((file) => `test-cases/${file}`);
  run([vitest, "run", "--config", join(folder, "vitest.config.ts"), ...files]);
}

function run(args: readonly string[]): void {
  const child = spawn(process.execPath, args, { stdio: "inherit", cwd: folder });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
}
