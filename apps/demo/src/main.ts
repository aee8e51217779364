import { rm } from "node:fs/promises";
import { uniquePrefix } from "@capi-relay/local-services";
import {
  type Environment,
  EXIT_CODE_INTERRUPTED,
  firstSignal,
  paintsFor,
  type Stack,
  stackPanel,
  startStack,
  without,
  writeExamples,
} from "@capi-relay/local-stack";
import { type Flags, readFlags, runFolder, USAGE } from "./config.ts";
import { Progress } from "./progress.ts";
import { jsonReport, report } from "./report.ts";
import { buildScenario } from "./scenario.ts";
import { playStory } from "./story.ts";
import { tally } from "./tally.ts";
import { tidyUp } from "./tidy-up.ts";
import { WAITS } from "./waits.ts";

/** Never sends made-up conversions to anybody but its own sandbox, and never waits as long as life does. */
const NOT_OURS = [
  "META_GRAPH_URL",
  "NODE_ENV",
  "QUEUE_PREFIX",
  "DELAY_SCALE",
  "SANDBOX_LOG_FILE",
  "SANDBOX_STRICT_SEEDING",
];

/** Starts a fresh stack, plays the scenario, reports; answers the exit code. */
async function demo(flags: Flags, env: Environment): Promise<number> {
  const startedAt = performance.now();
  const talk = flags.json ? process.stderr : process.stdout;
  const progress = new Progress(talk);
  const interrupted = firstSignal();
  const dataDir = runFolder(env);
  const prefix = uniquePrefix("demo");
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => undefined);
  let mayBeCutShort = true;
  void interrupted.then(() => mayBeCutShort && process.exit(EXIT_CODE_INTERRUPTED));

  const stack = await startStack({
    env: without(NOT_OURS, env),
    dataDir,
    freePorts: true,
    // Nobody looks at it unless it stays up.
    withoutApps: flags.keep ? [] : ["dashboard"],
    database: prefix,
    overrides: { QUEUE_PREFIX: prefix, DELAY_SCALE: WAITS.delayScale },
    onProgress: (line) => progress.say(line),
    onLost: lost.reject,
  });
  mayBeCutShort = false;
  let isWorthKeeping = true;
  try {
    progress.done("everything is up");
    const scenario = buildScenario();
    const stopEarly = interrupted.then((signal) => Promise.reject(new Error(`stopped by ${signal}`)));
    stopEarly.catch(() => undefined);
    const play = playStory(scenario, stack, { plant: flags.plant, progress });
    const seen = await Promise.race([play, lost.promise, stopEarly]);
    const result = tally(scenario, seen);
    const seconds = (performance.now() - startedAt) / 1_000;
    talk.write(`${report(result, seconds, talk)}\n`);
    if (flags.json) process.stdout.write(`${jsonReport(result, seconds)}\n`);
    if (flags.keep) await stayUp(stack, dataDir, talk, Promise.race([interrupted, lost.promise]));
    const asForetold = result.mismatches.length === 0;
    isWorthKeeping = flags.keep || !(asForetold || flags.plant);
    return asForetold ? 0 : 1;
  } finally {
    await stack.stop();
    await tidyUp(stack, prefix);
    if (isWorthKeeping) progress.say(`Logs and data: ${dataDir}`);
    else await rm(dataDir, { recursive: true, force: true });
  }
}

async function stayUp(stack: Stack, dataDir: string, talk: NodeJS.WriteStream, until: Promise<unknown>): Promise<void> {
  talk.write(`\n${stackPanel(stack, writeExamples(stack, dataDir), paintsFor(talk))}\n`);
  await until;
  talk.write("stopping …\n");
}

const flags = readFlags(process.argv.slice(2));
if (flags === "help") {
  process.stdout.write(USAGE);
} else if ("mistake" in flags) {
  process.stderr.write(`${flags.mistake}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await demo(flags, process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
