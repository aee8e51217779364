import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./app-process.ts";

/**
 * `pnpm faults` runs all tests, `pnpm faults 3 17` those two, `pnpm faults --planted` lets the checker prove itself.
 */
const given = process.argv.slice(2);
const folder = join(REPOSITORY, "apps", "faults");
const cases = readdirSync(join(folder, "test-cases"));

if (given.includes("--planted")) {
  run([join(folder, "src", "planted", "main.ts"), ...given.filter((one) => one !== "--planted")]);
} else {
  const wanted = given.map((number) => fileOf(number));
  const vitest = join(REPOSITORY, "node_modules", "vitest", "vitest.mjs");
  run([vitest, "run", "--config", join(folder, "vitest.config.ts"), ...wanted]);
}

function fileOf(number: string): string {
  const file = cases.find((name) => name.startsWith(`${number.padStart(2, "0")}-`));
  if (file === undefined) {
    process.stderr.write(`there is no fault test ${number}; usage: pnpm faults [numbers…] | pnpm faults --planted\n`);
    process.exit(2);
  }
  return `test-cases/${file}`;
}

function run(args: readonly string[]): void {
  const child = spawn(process.execPath, args, { stdio: "inherit", cwd: folder });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
}
