import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { withFileLock } from "../src/file-lock.ts";

test.runIf(process.platform === "linux")(
  "who holds the lock works alone, and frees it when the work fails",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "local-services-test-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, "lock");
    const steps: string[] = [];
    const work = (name: string) =>
      withFileLock(file, async () => {
        steps.push(`${name} in`);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(`${name} out`);
        throw new Error(name);
      });
    await Promise.allSettled([work("a"), work("b"), work("c")]);
    expect(steps).toHaveLength(6);
    for (const at of [0, 2, 4]) expect(steps[at + 1]).toBe(steps[at]?.replace("in", "out"));
  },
);
