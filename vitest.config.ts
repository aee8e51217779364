import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["tools/patient-wait-for.ts"],
    globalSetup: ["packages/local-services/src/vitest-global-setup.ts"],
    include: ["{apps,examples,packages}/*/test/**/*.test.ts", "{bench,tools}/test/**/*.test.ts"],
    // Programs that tests start: they start in half the time when Node finds again what it made of our sources.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL(".cache/compiled", import.meta.url)) },
    // Most tests wait for servers: two files at a time keep even two cores no more than busy.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A bound against hanging, not a measure: password hashing and starting servers take seconds on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    reporters: ["default", "./tools/closing-line-reporter.ts"],
  },
});
