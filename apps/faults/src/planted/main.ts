import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "../app-process.ts";
import type { Violation } from "../violation.ts";
import { plant } from "./plant.ts";
import { PLANTS, type Plant } from "./plants.ts";

const TIMEOUT_MS = 120_000;
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const plants = PLANTS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));

/** Every planted fault must be caught by name and event; the same scenario without it must find nothing. */
let missed = 0;
for (const one of plants) {
  const verdict = await judge(one).catch((error: Error) => `FAILED: ${error.message}`);
  if (!verdict.startsWith("caught")) missed += 1;
  process.stdout.write(`${one.name.padEnd(40)} ${verdict}\n`);
}
process.stdout.write(`\n${plants.length - missed} of ${plants.length} planted faults caught\n`);
process.exit(missed === 0 && plants.length > 0 ? 0 : 1);

async function judge(one: Plant): Promise<string> {
  const healthy = await play(REPOSITORY, one);
  if (healthy.length > 0) return `FAILED: found without the fault: ${say(healthy[0])}`;
  const { folder, remove } = await plant(one);
  try {
    const found = await play(folder, one);
    const caught = found.find(({ invariant, event }) => invariant === one.caughtAs && event !== null);
    if (caught !== undefined) return `caught: ${say(caught)}`;
    return `MISSED: expected ${one.caughtAs}, found ${found.length === 0 ? "nothing" : say(found[0])}`;
  } finally {
    await remove();
  }
}

async function play(folder: string, { scenario }: Plant): Promise<Violation[]> {
  const program = join(folder, "apps", "faults", "src", "planted", "play.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, scenario], {
    cwd: folder,
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]");
}

function say(violation: Violation | undefined): string {
  return violation === undefined ? "nothing" : `${violation.invariant} ${violation.event ?? "-"}: ${violation.what}`;
}
