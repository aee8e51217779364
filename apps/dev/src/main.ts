import {
  DEMO_SHOP,
  type Environment,
  EXIT_CODE_INTERRUPTED,
  firstSignal,
  openShop,
  paintsFor,
  stackPanel,
  startStack,
  writeExamples,
} from "@capi-relay/local-stack";
import { dataDirOf } from "./config.ts";
import { plantSampleHistory } from "./plant-sample-history.ts";
import { sampleCountIn, USAGE } from "./sample-count.ts";

/** The whole product on this machine until Ctrl-C; its data stays for the next time. */
async function dev(env: Environment, args: readonly string[]): Promise<number> {
  const dataDir = dataDirOf(env);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const sampleCount = sampleCountIn(args);
  if (sampleCount === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  if (sampleCount === "unreadable") {
    say(`pnpm dev does not understand ${args.join(" ")}.\n\n${USAGE}`);
    return 2;
  }
  const lost = Promise.withResolvers<Error>();
  const interrupted = firstSignal();
  let starting = true;
  // Nothing is worth an orderly end yet; the guards end what had started.
  void interrupted.then(() => starting && process.exit(EXIT_CODE_INTERRUPTED));

  void lost.promise.then((ended) => {
    if (!starting) return;
    say(ended.message);
    process.exit(1);
  });

  // What was accepted in an earlier run may still be sent, but a fresh sandbox has not heard of its clicks.
  const forgiving = { SANDBOX_STRICT_SEEDING: "false" };
  const stack = await startStack({
    env: { ...forgiving, ...env },
    dataDir,
    onProgress: say,
    onLost: (ended) => lost.resolve(ended),
  });
  starting = false;
  try {
    if (stack.sandboxUrl !== null) await openShop(DEMO_SHOP, stack);
    if (sampleCount !== null) {
      const planted = plantSampleHistory(stack, sampleCount, say).then(() => "planted");
      if ((await Promise.race([planted, interrupted])) !== "planted") {
        // What it was doing breaks off with the database.
        planted.catch(() => undefined);
        say("stopping … Only a part of the sample history is there; pnpm dev --seed begins anew.");
        return EXIT_CODE_INTERRUPTED;
      }
    }
    const examples = writeExamples(stack, dataDir);
    process.stdout.write(`\n${stackPanel(stack, examples, paintsFor(process.stdout))}\n`);
    const end = await Promise.race([interrupted, lost.promise]);
    if (end instanceof Error) say(end.message);
    say("stopping …");
    return end instanceof Error ? 1 : 0;
  } finally {
    await stack.stop();
  }
}

try {
  process.exitCode = await dev(process.env, process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
