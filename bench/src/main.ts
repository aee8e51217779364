import { type Flags, readFlags, USAGE } from "./table/bench-flags.ts";
import { renderJson, renderTable } from "./table/render-table.ts";
import { runBench } from "./table/run-bench.ts";
import { FULL, QUICK } from "./table/sizes.ts";

const flags = readFlags(process.argv.slice(2));
if (flags === "help") {
  process.stdout.write(USAGE);
} else if ("mistake" in flags) {
  process.stderr.write(`${flags.mistake}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  await bench(flags);
}

async function bench({ quick, json, only }: Flags): Promise<void> {
  const talk = json ? process.stderr : process.stdout;
  const beganAt = performance.now();
  const elapsed = () => ((performance.now() - beganAt) / 1_000).toFixed(0).padStart(4);
  // Whatever was started ends with this process.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  try {
    const figures = await runBench(quick ? QUICK : FULL, only, (line) => talk.write(`${elapsed()} s  ${line}\n`));
    talk.write(`\n${renderTable(figures, quick)}\n`);
    if (json) process.stdout.write(`${renderJson(figures)}\n`);
  } catch (error) {
    process.stderr.write(`The bench stopped: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
