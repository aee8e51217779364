import { describeViolations } from "../violation.ts";
import { soak } from "./soak.ts";
import { type Flags, readFlags, USAGE } from "./soak-flags.ts";

const flags = readFlags(process.argv.slice(2));
if (flags === "help") {
  process.stdout.write(USAGE);
} else if ("mistake" in flags) {
  process.stderr.write(`${flags.mistake}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  // What is left open belongs to connections that were cut; nothing of ours runs any more.
  process.exit(await run(flags));
}

async function run({ json, ...load }: Flags): Promise<number> {
  const { violations, ...report } = await soak({
    ...load,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  if (violations.length > 0) process.stderr.write(`${describeViolations(violations)}\n`);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${table(report)}\n`);
  return violations.length > 0 ? 1 : 0;
}

function table(facts: object): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(16)} ${String(value).padStart(8)}`)
    .join("\n");
}
