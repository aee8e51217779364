import { defineConfig } from "vitest/config";
import { ByNumber } from "./src/by-number.ts";

/** The fault tests: each starts its own servers, so that one runs at a time on a small machine. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["test-cases/*.ts"],
    fileParallelism: false,
    sequence: { sequencer: ByNumber },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", "../../tools/closing-line-reporter.ts"],
  },
});
