import { parseArgs } from "node:util";
import { describeViolations } from "../violation.ts";
import { soak } from "./soak.ts";

const USAGE = "usage: pnpm soak --events N --kills K --seed S [--minutes M] [--json]";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "20000" },
    kills: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});
const [events, kills, seed, minutes] = [values.events, values.kills, values.seed, values.minutes].map(Number);
if (
  events === undefined ||
  kills === undefined ||
  seed === undefined ||
  minutes === undefined ||
  ![events, kills, seed, minutes].every((one) => one >= 0)
) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

const { violations, ...report } = await soak({
  events,
  kills,
  seed,
  minutes,
  onProgress: (line) => process.stderr.write(`${line}\n`),
});
if (violations.length > 0) process.stderr.write(`${describeViolations(violations)}\n`);
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${table(report)}\n`);
// What is left open belongs to connections that were cut; nothing of ours runs any more.
process.exit(violations.length > 0 ? 1 : 0);

function table(facts: object): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(16)} ${String(value).padStart(8)}`)
    .join("\n");
}
